namespace ModelManager.Grains.Tests;

public class DeploymentNamesTests
{
    [Theory]
    [InlineData("injector")]
    [InlineData("linac/injector-2.b:c_d")]
    [InlineData("_a")]
    [InlineData("12:30:45")]
    public void Names_that_can_be_used(string name) => Assert.Null(DeploymentNames.Refuses(name));

    [Theory]
    [InlineData("", "1 to 128 characters")]
    [InlineData("a/", "NAMESPACE/NAME")]
    [InlineData("a/b/c", "NAMESPACE/NAME")]
    [InlineData("a b", "letters, digits")]
    [InlineData("a\nb", "letters, digits")]
    [InlineData("größe", "letters, digits")]
    [InlineData("../x", "begins with a letter, a digit or '_'")]
    [InlineData("a/..", "begins with a letter, a digit or '_'")]
    [InlineData("-p", "begins with a letter, a digit or '_'")]
    public void Names_that_cannot(string name, string why) => Assert.Contains(why, DeploymentNames.Refuses(name), StringComparison.Ordinal);

    [Theory]
    [InlineData("my model", "my_model")]
    [InlineData("-x", "_x")]
    [InlineData("", "model")]
    public void A_registered_model_gives_its_deployment_a_name_that_can_be_used(string model, string name)
    {
        Assert.Equal(name, DeploymentNames.OfModel(model));
        Assert.Null(DeploymentNames.Refuses(name));
    }

    [Fact]
    public void Users_leave_the_default_namespace_out()
    {
        Assert.Equal(("default/a", "n/a", "a", "n/a"), (DeploymentNames.Key("a"), DeploymentNames.Key("n/a"), DeploymentNames.Shown("default/a"), DeploymentNames.Shown("n/a")));
    }
}
