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
        var count = FormulaLines.Run(new StringReader(Rows), output);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();
        Assert.Equal(new FormulaLinesCount(4, 2, 0), count);
        Assert.Equal("""{"id":"a","value":10}""", lines[0].GetRawText());
        Assert.Equal(("division-by-zero", "eval"), (lines[1].GetProperty("error").GetString(), lines[1].GetProperty("stage").GetString()));
        Assert.Equal("""{"id":7,"value":[[2,"inf"],["nan",-4]]}""", lines[2].GetRawText());
        Assert.Equal(("parse", "config"), (lines[3].GetProperty("error").GetString(), lines[3].GetProperty("stage").GetString()));
    }

    // A broken line costs its own answer only.
    [Theory]
    [InlineData("not json", null, "line 2: no JSON from byte 2 on")]
    [InlineData("{\"formula\": ", null, "line 2: no JSON")]
    [InlineData("[1, 2]", null, "line 2: expected an object, found Array")]
    [InlineData("{\"id\": 1}", "1", "line 2: no 'formula'")]
    [InlineData("{\"id\": 1, \"formula\": 5}", "1", "line 2: 'formula' must be text, found Number")]
    [InlineData("{\"id\": 1, \"formula\": \"x\", \"symbols\": null}", "1", "line 2: 'symbols' must be an object")]
    [InlineData("{\"id\": 1, \"formula\": \"\\ud800\"}", "1", "line 2: a text with half a surrogate pair")]
    public void A_line_that_is_no_row_is_answered_and_counted(string line, string? id, string message)
    {
        var (count, answers) = Run("{\"formula\": \"1\"}\n" + line + "\n{\"formula\": \"2\"}");
        Assert.Equal(new FormulaLinesCount(3, 1, 1), count);
        Assert.Equal(("row", "row"), (answers[1].GetProperty("error").GetString(), answers[1].GetProperty("stage").GetString()));
        Assert.StartsWith(message, answers[1].GetProperty("message").GetString());
        Assert.Equal(id, answers[1].TryGetProperty("id", out var given) ? given.GetRawText() : null);
        Assert.Equal(2, answers[2].GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData("[1, [2]]")]
    [InlineData("{}")]
    [InlineData("\"abc\"")]
    [InlineData("null")]
    public void A_value_that_is_no_number_is_an_error_of_its_row(string value)
    {
        var (count, answers) = Run("{\"id\": \"a\", \"formula\": \"A:B\", \"symbols\": {\"A:B\": " + value + "}}");
        Assert.Equal(new FormulaLinesCount(1, 1, 0), count);
        Assert.Equal(("type", "eval"), (answers[0].GetProperty("error").GetString(), answers[0].GetProperty("stage").GetString()));
        Assert.Contains("the value of 'A:B' is no number", answers[0].GetProperty("message").GetString());
    }

    [Fact]
    public void Stops_between_rows_when_cancelled() =>
        Assert.Equal(new FormulaLinesCount(0, 0, 0), FormulaLines.Run(new StringReader("{\"formula\": \"1\"}"), TextWriter.Null, new CancellationToken(canceled: true)));

    private static (FormulaLinesCount Count, JsonElement[] Answers) Run(string rows)
    {
        var output = new StringWriter();
        var count = FormulaLines.Run(new StringReader(rows), output);
        return (count, [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)]);
    }
}
