namespace ModelManager.Registry.Tests;

public class VersionSelectorTests
{
    [Theory]
    [InlineData("3", "3")]
    [InlineData("007", "7")]
    [InlineData("latest", "latest")]
    [InlineData("Latest", "latest")]
    [InlineData(null, "latest")]
    [InlineData("champion", "@champion")]
    [InlineData("@champion", "@champion")]
    [InlineData("v1.2", "@v1.2")]
    public void Reads_what_stands_behind_the_version_flag(string? text, string expected) => Assert.Equal(expected, VersionSelector.Parse(text).ToString());

    [Theory]
    [InlineData("0")]
    [InlineData("99999999999999999999")]
    [InlineData("@")]
    [InlineData("a\tb")]
    public void Refuses_what_no_version_can_be(string text) => Assert.Throws<InvalidModelUriException>(() => VersionSelector.Parse(text));
}
