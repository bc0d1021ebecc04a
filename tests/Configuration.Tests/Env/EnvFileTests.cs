using CsCheck;
using ModelManager.Configuration.Env;

namespace ModelManager.Configuration.Tests.Env;

public class EnvFileTests
{
    private static string[] Found(string json)
    {
        var read = EnvFile.Read(json, "env.json");
        return Messages.Texts(read.Errors.AddRange(read.Warnings));
    }

    /// <summary>The sample of the original README lacks two commas (upstream.md A3).</summary>
    [Fact]
    public void The_sample_of_the_original_readme_is_read_with_a_warning_for_each_missing_comma()
    {
        var read = EnvFile.Read(ReadmeSamples.Json("`env.json` is a json file containing the environment variables for the model. The file"), "env.json");
        Assert.Equal(
            ["env.json:8:42: a comma is missing here; read as if it were there. Add ','.", "env.json:10:53: a comma is missing here; read as if it were there. Add ','."],
            Messages.Texts(read.Warnings));
        var settings = read.OrThrow().Settings;
        Assert.Equal(10, settings.Count);
        Assert.Equal(("secret-key", "http://my-s3-endpoint:myport", "/path/to/k2eg/config_folder"), (settings["AWS_SECRET_ACCESS_KEY"], settings["MLFLOW_S3_ENDPOINT_URL"], settings["K2EG_PYTHON_CONFIGURATION_PATH_FOLDER"]));
    }

    [Fact]
    public void Escapes_are_those_of_json() =>
        Assert.Equal("a\"\\/\b\f\n\r\tü€", EnvFile.Read("""{"X": "a\"\\\/\b\f\n\r\tü\u20ac"}""", "env.json").OrThrow().Settings["X"]);

    [Fact]
    public void Numbers_and_truth_values_are_text_with_a_warning()
    {
        var read = EnvFile.Read("{\"A\": 12.5e3,\n \"B\": true}", "env.json");
        Assert.Equal(["env.json:1:7: 'A' is a number; it is read as text. Put it in double quotes.", "env.json:2:7: 'B' is a truth value; it is read as text. Put it in double quotes."], Messages.Texts(read.Warnings));
        Assert.Equal(("12.5e3", "true"), (read.OrThrow().Settings["A"], read.Value!.Settings["B"]));
    }

    [Theory]
    [InlineData("", "env.json:1:1: the file is empty. Write '{}' for no settings.")]
    [InlineData("[]", "env.json:1:1: expected '{'. An env.json is one object: {\"NAME\": \"value\", ...}.")]
    [InlineData("{\"A\": \"x\",}", "env.json:1:10: a comma stands before the closing '}'. Remove it.")]
    [InlineData("{\"A\": \"x\"", "env.json:1:10: the file ends before the closing '}'. Add '}'.")]
    [InlineData("{\"A\" \"x\"}", "env.json:1:6: expected ':' after the name before it")]
    [InlineData("{'A': 'x'}", "env.json:1:2: expected a name in double quotes. JSON knows double quotes only.")]
    [InlineData("{\n // c\n}", "env.json:2:2: expected a name in double quotes. JSON has no comments.")]
    [InlineData("{\"A\": hunter2}", "env.json:1:7: the value of 'A' is not in double quotes")]
    [InlineData("{\"A\": \"hunter2}", "env.json:1:7: the quote that opens here is never closed. Close it.")]
    [InlineData("{\"A\": \"hunter2\n\"}", "env.json:1:7: the quote that opens here is not closed in its line. Close it, or write '\\n' for a new line.")]
    [InlineData("{\"A\": \"C:\\windows\"}", "env.json:1:10: a backslash begins an unknown escape. Write '\\\\' for a backslash.")]
    [InlineData("{\"A\": null}", "env.json:1:7: 'A' is null; expected a text. Write \"\" or remove the setting.")]
    [InlineData("{\"A\": {\"b\": \"}\"}}", "env.json:1:7: 'A' is an object; expected a text. A setting is one text.")]
    [InlineData("{\"A\": [1, \"]\"]}", "env.json:1:7: 'A' is a list; expected a text. A setting is one text.")]
    [InlineData("{\"A\": \"1\", \"A\": \"2\"}", "env.json:1:12: 'A' is set twice. Remove one of the two.")]
    [InlineData("{\"A=B\": \"1\"}", "env.json:1:2: 'A=B' cannot be the name of a setting. Use letters, digits and '_'.")]
    [InlineData("{} x", "env.json:1:4: something follows the closing '}'. Remove it.")]
    [InlineData("{\"A\": \"x\"; \"B\": \"y\"}", "env.json:1:10: expected ',' or '}'")]
    public void Other_faults_are_refused_at_their_place(string json, string message)
    {
        Assert.Equal([message], Found(json));
        Assert.Null(EnvFile.Read(json, "env.json").Value);
    }

    [Fact]
    public void No_value_is_ever_shown()
    {
        const string Secret = "hunter2";
        Assert.DoesNotContain(Secret, EnvFile.Read($$"""{"A": "{{Secret}}"}""", "env.json").ToString(), StringComparison.Ordinal);
        Assert.Equal("env.json with A, B", EnvFile.Read($$"""{"B": "{{Secret}}", "A": "{{Secret}}"}""", "env.json").OrThrow().ToString());
    }

    [Fact]
    public void Whatever_breaks_the_text_no_message_holds_a_piece_of_a_value() =>
        Gen.Select(Gen.Int[0, 60], Gen.Char["{}[]:,\"'\\ \n0xt"]).Sample((at, c) =>
        {
            const string Json = "{\"NAME\": \"hunter2hunter2\", \"OTHER\": \"hunter2\"}";
            var broken = at % 2 == 0 ? Json[..(at % Json.Length)] : Json.Insert(at % Json.Length, c.ToString());
            // A quote more may make a value and a name of one text; what stands before a ':' is a name then.
            if (c != '"')
                Assert.DoesNotContain(Found(broken), m => m.Contains("hunter2", StringComparison.Ordinal));
        }, iter: 20_000);

    [Fact]
    public void A_file_that_is_no_env_json_by_its_size_is_refused() =>
        Assert.Equal(["env.json:1:1: the file has more than 1,048,576 bytes. An env.json has a few settings: is this the right file?"], Found(new string(' ', 1_048_577)));
}
