using System.Text.Json;
using ModelManager.Testing;

namespace ModelManager.Formulas.Tests;

public class FormulaLinesTests
{
    // 2,009 rows judged by SymPy 1.14, mpmath at 40 digits and plain doubles.
    [Fact]
    public void The_reference_corpus_passes_whole()
    {
        var (failures, levels) = CorpusFile.Check(SharedData.Require("data/formulas/corpus.jsonl"));
        Assert.Empty(failures);
        Assert.Equal(1709, levels["MUST"].Total);
        Assert.Equal(60, levels["NEVER"].Total);
        Assert.Equal(240, levels["SHOULD"].Total);
    }

    // Another corpus, drawn by make/make_corpus.py and judged by mpmath alone.
    [Fact]
    public void The_generated_corpus_passes_whole()
    {
        var (failures, levels) = CorpusFile.Check(Path.Combine(SharedData.RepositoryRoot, "tests", "Formulas.Tests", "Data", "generated.jsonl"));
        Assert.Empty(failures);
        Assert.True(levels["MUST"].Total > 450);
    }

    [Fact]
    public void Answers_every_row_in_order()
    {
        const string Rows = """
            {"id": "a", "formula": "A:B**2 + 1", "symbols": {"A:B": 3}}

            {"id": "b", "formula": "A:B/0", "symbols": {"A:B": 3}}
            {"id": 7, "formula": "X*2", "symbols": {"X": [[1, "inf"], ["nan", -2]]}}
            {"id": "d", "formula": "2 +", "symbols": {}}
            """;
        var output = new StringWriter();
        var errors = FormulaLines.Run(new StringReader(Rows), output);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(2, errors);
        Assert.Equal("""{"id":"a","value":10}""", lines[0].GetRawText());
        Assert.Equal(("division-by-zero", "eval"), (lines[1].GetProperty("error").GetString(), lines[1].GetProperty("stage").GetString()));
        Assert.Equal("""{"id":7,"value":[[2,"inf"],["nan",-4]]}""", lines[2].GetRawText());
        Assert.Equal(("parse", "config"), (lines[3].GetProperty("error").GetString(), lines[3].GetProperty("stage").GetString()));
    }

    [Theory]
    [InlineData("{\"formula\": ")]
    [InlineData("{\"id\": 1}")]
    [InlineData("{\"formula\": \"x\", \"symbols\": {\"x\": [1, [2]]}}")]
    [InlineData("{\"formula\": \"x\", \"symbols\": {\"x\": {}}}")]
    public void A_line_that_is_no_row_is_named(string line)
    {
        var cause = Assert.Throws<FormatException>(() => FormulaLines.Run(new StringReader("{\"formula\": \"1\"}\n" + line), TextWriter.Null));
        Assert.StartsWith("line 2:", cause.Message);
    }
}
