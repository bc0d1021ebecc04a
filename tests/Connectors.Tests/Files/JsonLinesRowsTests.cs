using ModelManager.Connectors.Files;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

public sealed class JsonLinesRowsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Numbers_arrays_and_images_are_read()
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.jsonl", """{"X": 1.5, "Y": [1, 2.5, "NaN"]}""", "", """{"Y": [[1,2,3],[4,5,6]], "X": true}"""), "X", "Y");
        Assert.Null(error);
        Assert.Equal(
            [[PvValue.Double(1.5), PvValue.Array(new[] { 1, 2.5, double.NaN })], [PvValue.Boolean(true), PvValue.Image(new(new double[] { 1, 2, 3, 4, 5, 6 }, [2, 3]))]], DataFiles.Values(sets));
    }

    [Fact]
    public async Task Bare_words_that_Python_writes_are_numbers()
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.jsonl", """{"X": NaN, "Y": [1.5, -Infinity]}""", """{"X": Infinity, "Y": []}"""), "X", "Y");
        Assert.Null(error);
        Assert.Equal([PvValue.Double(double.NaN), PvValue.Array(new[] { 1.5, double.NegativeInfinity })], DataFiles.Values(sets)[0]);
        Assert.Equal(double.PositiveInfinity, DataFiles.Values(sets)[1][0].AsDouble());
    }

    [Fact]
    public async Task A_key_that_comes_later_connects_and_one_that_is_missing_is_invalid()
    {
        var (sets, _) = await DataFiles.Read(_folder.Write("a.jsonl", """{"X": 1}""", """{"X": 2, "Y": 3}""", """{"Y": 4}"""), "X", "Y");
        Assert.Equal(
            [[PvUpdateKind.Value, PvUpdateKind.Disconnected], [PvUpdateKind.Value, PvUpdateKind.Connected, PvUpdateKind.Value], [PvUpdateKind.Value, PvUpdateKind.Value]],
            sets.Select(s => s.Updates.Select(u => u.Kind).ToArray()));
        Assert.EndsWith("a.jsonl:1: there is no column 'Y'; the columns are X", sets[0].Updates[1].Sample.Alarm.Message);
        Assert.EndsWith("a.jsonl:3: column 'X' is empty", sets[2].Updates[0].Sample.Alarm.Message);
    }

    [Theory]
    [InlineData("""{"X": {}}""", "column 'X' holds an object, which is no value of a PV")]
    [InlineData("""{"X": [1, [2]]}""", "column 'X' holds an array of different kinds or lengths")]
    [InlineData("""{"X": [[1,2],[3]]}""", "column 'X' holds an array of different kinds or lengths")]
    public async Task What_is_no_value_is_invalid_with_its_place(string row, string message)
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.jsonl", row, """{"X": 1}"""), "X");
        Assert.Null(error);
        Assert.EndsWith("a.jsonl:1: " + message, sets[0].Updates[0].Sample.Alarm.Message);
        Assert.Equal(Alarm.None, sets[1].Updates[0].Sample.Alarm);
    }

    [Theory]
    [InlineData("""{"X": 1""", "a.jsonl:2:8: not JSON")]
    [InlineData("[1]", "a.jsonl:2: found a JSON Array, expected an object with a key per column")]
    public async Task A_damaged_row_ends_the_file_with_its_line(string row, string message)
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.jsonl", """{"X": 1}""", row), "X");
        Assert.Single(sets);
        Assert.Contains(message, Assert.IsType<FileDataException>(error).Message);
    }

    [Fact]
    public async Task Writes_a_line_per_row()
    {
        var path = _folder.File("out.jsonl");
        await DataFiles.Write(path, ["X", "Y"], [[PvValue.Double(0.1), PvValue.Array(new[] { 1u, 2u })], [PvValue.Double(double.PositiveInfinity), PvValue.Image(new(new byte[] { 1, 2, 3, 4, 5, 6 }, [3, 2]))], [default, PvValue.String("ä")]]);
        Assert.Equal(["""{"X":0.1,"Y":[1,2]}""", """{"X":"Infinity","Y":[[1,2],[3,4],[5,6]]}""", """{"X":null,"Y":"\u00E4"}"""], await File.ReadAllLinesAsync(path));
    }
}
