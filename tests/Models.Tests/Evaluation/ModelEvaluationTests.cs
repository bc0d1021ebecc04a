using ModelManager.Values;

namespace ModelManager.Models.Tests.Evaluation;

public class ModelEvaluationTests
{
    [Fact]
    public void Each_row_gives_a_line_and_a_bad_one_does_not_stop_the_others()
    {
        var (failed, lines) = Run("""
            {"x1": 1, "x2": 0.5}

            {"x1": 1,
            {"x9": 1}
            {"x1": true}
            {"x1": 1, "x1": 2}
            [1]
            {"x1": "much"}
            {"x1": [1, 2], "x2": [3]}
            {"inputs": {"x1": 1}}
            """);
        Assert.Equal(7, failed);
        Assert.Equal(9, lines.Length);
        Assert.StartsWith("""{"outputs":{"y1":""", lines[0]);
        Assert.EndsWith(""","warnings":[]}""", lines[0]);
        Assert.StartsWith("""{"error":"not valid JSON: """, lines[1]);
        Assert.EndsWith(""","line":3}""", lines[1]);
        Assert.Equal("""{"error":"model 'm' has no input 'x9'; it has x1, x2, x3","line":4}""", lines[2]);
        Assert.Equal("""{"error":"model 'm': input 'x1' is a Boolean (true); it takes numbers","line":5}""", lines[3]);
        Assert.Equal("""{"error":"input 'x1' is given twice","line":6}""", lines[4]);
        Assert.Contains("found Array", lines[5]);
        Assert.Equal("""{"error":"input 'x1' is the text 'much'; it takes numbers","line":8}""", lines[6]);
        Assert.Contains("the arrays of a batch have one length", lines[7]);
        Assert.StartsWith("""{"outputs":""", lines[8]);
    }

    [Fact]
    public void Numbers_come_back_bit_by_bit()
    {
        var expected = Case.Of("elu");
        var (_, lines) = Run(System.Text.Json.JsonSerializer.Serialize(expected.Inputs[3]));
        using var json = System.Text.Json.JsonDocument.Parse(lines[0]);
        foreach (var (name, value) in expected.Model.Evaluate(expected.Inputs[3]))
            Assert.Equal(value, json.RootElement.GetProperty("outputs").GetProperty(name).GetDouble());
    }

    [Fact]
    public void What_JSON_has_no_number_for_is_text()
    {
        var (failed, lines) = Run("""{"x1": "nan"}""" + "\n" + """{"x1": "inf", "x2": "-Inf", "x3": null}""", "relu");
        Assert.Equal(0, failed);
        Assert.Contains("\"y1\":\"nan\"", lines[0]);
        Assert.Contains("Value NaN of 'x1' is not a number.", lines[0]);
        Assert.Contains("Value NaN of 'y1' is not a number.", lines[0]);
        Assert.Contains("Value (Infinity) of 'x1' is out of valid range", lines[1]);
    }

    // json.dumps of Python writes these words bare.
    [Fact]
    public void The_bare_words_of_Python_are_numbers_too()
    {
        var (failed, lines) = Run("""{"x1": NaN, "x2": [1]}""" + "\n" + """{"x1": Infinity, "x2": -Infinity, "x3": 0}""" + "\n" + """{"\"NaN": NaN}""" + "\n" + """{"x1": Nan}""");
        Assert.Contains("input 'x1' is a scalar and other inputs are arrays", lines[0]);
        Assert.Contains("Value (Infinity) of 'x1' is out of valid range", lines[1]);
        Assert.Contains("Value (-Infinity) of 'x2' is out of valid range", lines[1]);
        Assert.Contains("has no input '\\\"NaN'", lines[2]);
        Assert.Contains("not valid JSON", lines[3]);
        Assert.Equal(3, failed);
    }

    [Fact]
    public void Bare_words_that_Python_writes_are_numbers()
    {
        var (failed, lines) = Run("""{"x1": NaN}""", "relu");
        Assert.Equal(0, failed);
        Assert.Contains("Value NaN of 'x1' is not a number.", lines[0]);
    }

    [Fact]
    public void Arrays_are_a_batch()
    {
        var (_, lines) = Run("""{"x1": [1, "nan"], "x2": [0, 0], "x3": [0.5, 0.5]}""");
        Assert.Matches("""^\{"outputs":\{"y1":\[-?[0-9.]+,"nan"\],"y2":\[-?[0-9.]+,"nan"\]\},"warnings":\["Value NaN of 'x1' is not a number. \(row 1; 1 of 2 rows\)",""", lines[0]);
    }

    [Fact]
    public void Texts_flags_and_pictures_are_what_they_are()
    {
        using var model = new Kinds();
        var results = new StringWriter { NewLine = "\n" };

        var failed = ModelEvaluation.Run(model, new StringReader("""
            {"text": "quad", "flag": true, "picture": [[1, 2.5, 3], [4, 5, 6]]}
            {"text": "nan", "flag": false, "picture": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}
            {"text": "", "flag": true, "picture": [[1, 2], [3]]}
            {"text": "", "flag": true, "picture": [[1, 2], 3]}
            {"text": "", "flag": true, "picture": [[]]}
            """), results);

        Assert.Equal(3, failed);
        Assert.Equal(
            [
                """{"outputs":{"text":"quad","flag":true,"picture":[[1,2.5,3],[4,5,6]]},"warnings":[]}""",
                """{"outputs":{"text":"nan","flag":false,"picture":[[[1,2],[3,4]],[[5,6],[7,8]]]},"warnings":[]}""",
                """{"error":"input 'picture' has rows of different lengths; an image has 2 x 2 like its first","line":3}""",
                """{"error":"input 'picture' has rows of different lengths; an image has 2 x 2 like its first","line":4}""",
                """{"error":"input 'picture' has an empty row","line":5}""",
            ],
            results.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Gives back what it is given.</summary>
    private sealed class Kinds : IModel
    {
        private static readonly ModelVariable[] Variables = [new("text", PvKind.String), new("flag", PvKind.Boolean), new("picture", PvKind.Image)];

        public ModelInfo Info { get; } = new("m", "test", "", [.. Variables], [.. Variables]);

        public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings) => inputs.CopyTo(outputs);

        public void Dispose()
        {
        }
    }

    private static (int Failed, string[] Lines) Run(string rows, string model = "elu")
    {
        var results = new StringWriter { NewLine = "\n" };
        var failed = ModelEvaluation.Run(Case.Of(model).Model, new StringReader(rows), results);
        return (failed, results.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
