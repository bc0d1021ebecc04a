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

    private static (int Failed, string[] Lines) Run(string rows, string model = "elu")
    {
        var results = new StringWriter { NewLine = "\n" };
        var failed = ModelEvaluation.Run(Case.Of(model).Model, new StringReader(rows), results);
        return (failed, results.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
