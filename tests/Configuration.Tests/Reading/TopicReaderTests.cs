namespace ModelManager.Configuration.Tests.Reading;

public class TopicReaderTests
{
    [Fact]
    public void Text_and_a_list_of_one_are_the_same() =>
        Assert.Equal(
            SpecDescription.Lines(SpecReader.Read(Messages.Graph(), "f.yaml").OrThrow()),
            SpecDescription.Lines(SpecReader.Read(Messages.Graph(("pub: inputs", "pub: [inputs]"), ("    sub: outputs", "    sub: [outputs]")), "f.yaml").OrThrow()));

    [Theory, InlineData("~"), InlineData(""), InlineData("null")]
    public void Null_is_no_topic_without_a_word(string written)
    {
        var read = SpecReader.Read(Messages.Graph(("  sink:\n    type: interface.p4p_server\n", $"  sink:\n    type: interface.p4p_server\n    pub: {written}\n")), "f.yaml");
        Assert.Empty(Messages.Texts(read.Warnings));
        Assert.Null(read.OrThrow().Interfaces.Last().Publishes);
    }

    /// <summary>To upstream 'None' is a topic of that name (upstream.md C1); who writes it means none.</summary>
    [Fact]
    public void None_without_quotes_is_no_topic_with_a_warning()
    {
        var read = SpecReader.Read(Messages.Graph(("  sink:\n    type: interface.p4p_server\n", "  sink:\n    type: interface.p4p_server\n    pub: None\n")), "f.yaml");
        Assert.Equal(["f.yaml:33:10: 'pub: None' in modules.sink is text in YAML; it is read as no topic. Leave 'pub' out, or write 'pub: \"None\"' for a topic of that name."], Messages.Texts(read.Warnings));
        Assert.Null(read.OrThrow().Interfaces.Last().Publishes);
    }

    [Fact]
    public void None_in_quotes_is_a_topic() =>
        Assert.Equal("None", SpecReader.Read(Messages.Graph(("pub: inputs", "pub: \"None\""), ("    sub: inputs", "    sub: \"None\"")), "f.yaml", new() { Strict = true }).OrThrow().Interfaces.First().Publishes);

    [Theory]
    [InlineData("pub: inputs", "pub: [inputs, b]", "f.yaml:6:10: 'pub' in modules.source lists 2 topics; expected exactly one. A module writes one topic; any number of modules may subscribe to it.")]
    [InlineData("pub: inputs", "pub: get_all", "f.yaml:6:10: 'pub' in modules.source is the topic 'get_all', which is upstream's clock. Choose another name.")]
    [InlineData("    sub: inputs", "    sub: [inputs, get_all]", "f.yaml:15:19: module 'before' subscribes to 'get_all', which only an interface can answer. Subscribe to the topic that the interface publishes.")]
    [InlineData("    sub: inputs", "    sub: {a: inputs}", "f.yaml:15:10: 'sub' in modules.before is a mapping; expected text or a list of texts")]
    public void What_is_wrong_is_named(string old, string replacement, string message) => Assert.Contains(message, Messages.Errors(Messages.Graph((old, replacement))));

    [Fact]
    public void A_topic_named_twice_warns() =>
        Assert.Equal(["f.yaml:15:19: 'sub' in modules.before names 'inputs' twice. Remove one of the two."], Messages.Warnings(Messages.Graph(("    sub: inputs", "    sub: [inputs, inputs]"))));
}
