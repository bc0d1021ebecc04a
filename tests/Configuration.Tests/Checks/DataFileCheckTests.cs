namespace ModelManager.Configuration.Tests.Checks;

public class DataFileCheckTests
{
    private static string[] Errors(string input, string output, string second = "c.csv") => Messages.Texts(SpecReader.Read(
        $$"""
        deployment: {type: continuous}
        modules:
          tape: {type: interface.file, pub: rows, config: {path: {{input}}, variables: {x: {name: X} } } }
          more: {type: interface.file, pub: rows, config: {path: {{second}}, variables: {z: {name: Z} } } }
          wire: {type: transformer.PassThroughTransformer, sub: rows, pub: out, config: {variables: {y: x, w: z} } }
          result: {type: interface.file, sub: out, config: {path: {{output}}, variables: {y: {name: Y}, w: {name: W} } } }
        """,
        "f.yaml").Errors);

    [Fact]
    public void A_file_that_is_read_may_be_read_twice() => Assert.Empty(Errors("a.csv", "b.csv", "a.csv"));

    [Theory]
    [InlineData("a.csv", "a.csv")]
    [InlineData("a.csv", "./x/../a.csv")]
    public void A_file_is_not_replaced_by_what_is_computed_from_it(string input, string output) =>
        Assert.Equal([$"f.yaml:6:3: modules 'tape' (line 3) and 'result' have the same file '{output}', and one of them writes it. Give the one that is written another path."], Errors(input, output));
}
