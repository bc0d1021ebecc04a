using System.Text.Json;

namespace ModelManager.Values.Tests;

public class PythonJsonTests
{
    // What Python 3 writes: json.dumps([float('nan'), float('inf'), float('-inf'), 1e22, 'NaN "\\', {'Infinity': float('nan')}])
    [Theory]
    [InlineData("""[NaN, Infinity, -Infinity, 1e+22, "NaN \"\\", {"Infinity": NaN}]""", """["NaN", "Infinity", "-Infinity", 1e+22, "NaN \"\\", {"Infinity": "NaN"}]""")]
    [InlineData("""{"a": -1, "b": "-Infinity"}""", """{"a": -1, "b": "-Infinity"}""")]
    [InlineData("NaN", "\"NaN\"")]
    public void Bare_words_are_read_as_texts(string text, string same)
    {
        using var document = PythonJson.Parse(text);
        Assert.Equal(same, document.RootElement.GetRawText());
    }

    [Theory]
    [InlineData("{\"a\": nan}", 7)]
    [InlineData("{\"a\": NaN, \"b\": x}", 6)]
    [InlineData("{\"a\": 1", 7)]
    [InlineData("\"NaN", 4)]
    public void Anything_else_is_an_error_at_its_place(string text, long position) =>
        Assert.Equal(position, Assert.ThrowsAny<JsonException>(() => PythonJson.Parse(text)).BytePositionInLine);
}
