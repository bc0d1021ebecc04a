namespace ModelManager.Registry.Tests.Artifacts;

public class ArtifactPathTests
{
    [Theory]
    [InlineData("MLmodel")]
    [InlineData("data/model.pth")]
    [InlineData("..hidden/...")]
    [InlineData(".gitkeep")]
    [InlineData("ümlaut und space/ä+%20&=.bin")]
    [InlineData("100%")]
    public void Plain_paths_are_accepted(string path) => Assert.Null(ArtifactPath.Problem(path));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("..", "steps out")]
    [InlineData("a/..", "steps out")]
    [InlineData("a/./b", "steps out")]
    [InlineData("/a", "absolute")]
    [InlineData("C:\\a", "drive")]
    [InlineData("a\\..\\b", "backslash")]
    [InlineData("a\u0000b", "control character")]
    [InlineData("a\u001bb", "control character")]
    [InlineData("%2E%2e", "decoded")]
    [InlineData("a/%2e%2E/b", "decoded")]
    [InlineData("a%2Fb", "decoded")]
    [InlineData("a%5cb", "decoded")]
    [InlineData("a%00b", "decoded")]
    [InlineData("a/", "empty segment")]
    public void Everything_else_is_refused_with_its_reason(string path, string reason) => Assert.Contains(reason, ArtifactPath.Problem(path));

    [Fact]
    public void Long_names_are_refused()
    {
        Assert.NotNull(ArtifactPath.Problem(new string('a', 201)));
        Assert.NotNull(ArtifactPath.Problem(string.Join('/', Enumerable.Repeat("abcdefghi", 110))));
    }

    [Fact]
    public void The_message_shows_no_control_characters()
    {
        var wrong = Assert.Throws<ArtifactRefusedException>(() => ArtifactPath.Check("a\u001b[31m", "s3://b/p"));
        Assert.Contains("'a?[31m' under s3://b/p is refused", wrong.Message);
    }
}
