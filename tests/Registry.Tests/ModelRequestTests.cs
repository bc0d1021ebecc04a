namespace ModelManager.Registry.Tests;

public class ModelRequestTests
{
    private static readonly VersionSelector Champion = new VersionSelector.Alias("champion");

    [Theory]
    [InlineData("simple", "champion")]
    [InlineData("simple", "@champion")]
    [InlineData("models:/simple@champion", null)]
    [InlineData(null, "models:/simple@champion")]
    [InlineData("simple", "models:/simple@champion")]
    [InlineData(" simple ", " champion ")]
    public void A_name_and_a_version_or_a_URI_in_the_place_of_either(string? name, string? version)
    {
        var asked = ModelRequest.Parse(name, version);
        Assert.Equal(new ModelRequest.Registered("simple", Champion), asked);
        Assert.False(asked.IsFixed);
    }

    [Fact]
    public void Numbers_stages_folders_and_nothing()
    {
        Assert.True(ModelRequest.Parse("simple", "3").IsFixed);
        Assert.Equal(new ModelRequest.Registered("simple", new VersionSelector.Latest()), ModelRequest.Parse("simple", null));
        Assert.Equal(new ModelRequest.Registered("simple", new VersionSelector.Stage("Production")), ModelRequest.Parse("models:/simple/Production", null));
        Assert.Equal(new ModelRequest.Registered("simple", new VersionSelector.Number(3), "data"), ModelRequest.Parse(null, "models:/simple/3/data"));
    }

    [Theory]
    [InlineData("models:/m-0123456789abcdef0123456789abcdef")]
    [InlineData("runs:/abc/simple")]
    public void Files_that_no_registered_name_stands_for(string uri)
    {
        Assert.Equal(new ModelRequest.Unregistered(uri), ModelRequest.Parse(uri, null));
        Assert.Equal(new ModelRequest.Unregistered(uri), ModelRequest.Parse(null, uri));
        Assert.Contains("leave '3' out", Assert.Throws<InvalidModelUriException>(() => ModelRequest.Parse(uri, "3")).Message);
    }

    [Theory]
    [InlineData("other", "models:/simple/3", "name different things")]
    [InlineData("models:/simple/3", "4", "name different things")]
    [InlineData("", "3", "of which model?")]
    [InlineData(null, null, "of which model?")]
    [InlineData("models:/simple", null, "malformed")]
    [InlineData("simple", "0", "versions count from 1")]
    public void What_says_nothing_or_two_things_is_refused(string? name, string? version, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidModelUriException>(() => ModelRequest.Parse(name, version)).Message);
}
