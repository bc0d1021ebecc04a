using ModelManager.Connectors.Conformance;
using ModelManager.Connectors.Files;
using ModelManager.Values;

namespace ModelManager.Connectors.Tests.Files;

public sealed class CsvRowsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_row_is_a_set_numbered_and_stamped_by_its_row()
    {
        var path = _folder.Write("a.csv", "X,Y", "1,2.5", "-3e2,4");
        var (sets, error) = await DataFiles.Read(path, "Y", "X");
        Assert.Null(error);
        Assert.Equal([1, 2], sets.Select(s => s.Id));
        Assert.Equal([["Y", "X"], ["Y", "X"]], sets.Select(s => s.Updates.Select(u => u.Name).ToArray()));
        Assert.Equal([[PvValue.Double(2.5), PvValue.Double(1)], [PvValue.Double(4), PvValue.Double(-300)]], DataFiles.Values(sets));
        Assert.Equal([new PvTime(1, 0, 1), new PvTime(2, 0, 2)], sets.Select(s => s.Updates[0].Sample.Time));
        Assert.All(sets.SelectMany(s => s.Updates), u => Assert.Equal(Alarm.None, u.Sample.Alarm));
    }

    [Theory]
    [InlineData("2023-11-14T22:13:20.123456789Z", 1_700_000_000, 123_456_789)]
    [InlineData("2023-11-14T22:13:20", 1_700_000_000, 0)]
    [InlineData("2023-11-15T00:13:20.5+02:00", 1_700_000_000, 500_000_000)]
    [InlineData("2023-11-14 22:13:20.25", 1_700_000_000, 250_000_000)]
    [InlineData("1700000000.5", 1_700_000_000, 500_000_000)]
    [InlineData("-0.25", -1, 750_000_000)]
    public async Task A_time_column_gives_the_stamps(string text, long seconds, int nanoseconds)
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.csv", "t,X", $"{text},1"), Modules.Variables("X"), ("time_column", "t"));
        Assert.Null(error);
        Assert.Equal(new PvTime(seconds, nanoseconds, 1), sets[0].Updates[0].Sample.Time);
    }

    [Fact]
    public async Task A_bad_time_ends_the_file_with_its_place()
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.csv", "t,X", "1,1", "soon,2"), Modules.Variables("X"), ("time_column", "t"));
        Assert.Single(sets);
        Assert.EndsWith("a.csv:3: column 't' holds 'soon', expected a time as ISO 8601 or seconds since 1970", error!.Message);
    }

    [Fact]
    public async Task An_empty_or_wrong_cell_is_invalid_with_its_place_and_the_row_goes_on()
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.csv", "X,Y", ",1", "abc,2", "nan,3", "-inf,4", "\"[1,{}]\",5"), "X", "Y");
        Assert.Null(error);
        Assert.Equal([1.0, 2, 3, 4, 5], sets.Select(s => s.Updates[1].Sample.Value.AsDouble()));
        var alarms = sets.Select(s => s.Updates[0].Sample.Alarm).ToArray();
        Assert.Equal([AlarmSeverity.Invalid, AlarmSeverity.Invalid, AlarmSeverity.NoAlarm, AlarmSeverity.NoAlarm, AlarmSeverity.Invalid], alarms.Select(a => a.Severity));
        Assert.EndsWith("a.csv:2: column 'X' is empty", alarms[0].Message);
        Assert.Contains("a.csv:3: column 'X' holds 'abc', which is no number", alarms[1].Message);
        Assert.True(double.IsNaN(sets[2].Updates[0].Sample.Value.AsDouble()));
        Assert.Equal(double.NegativeInfinity, sets[3].Updates[0].Sample.Value.AsDouble());
    }

    [Fact]
    public async Task A_column_of_texts_is_declared_by_a_text_as_default()
    {
        var variable = Modules.Variable("S") with { Default = PvValue.String("") };
        var (sets, error) = await DataFiles.Read(_folder.Write("a.csv", "S", "\"a, \"\"b\"\"\"", "\"two", "lines\""), [variable]);
        Assert.Null(error);
        Assert.Equal([PvValue.String("a, \"b\""), PvValue.String("two\nlines")], sets.Select(s => s.Updates[0].Sample.Value));
        Assert.All(sets, s => Assert.Equal(Alarm.None, s.Updates[0].Sample.Alarm));
    }

    [Theory]
    [InlineData("1", "a.csv:3: found 1 cells, expected 2 as in the header: 1")]
    [InlineData("1,2,3", "a.csv:3: found 3 cells, expected 2 as in the header: 1,2,3")]
    [InlineData("1,a\"b", "a.csv:3: found a quote where none may be: 1,a\"b")]
    public async Task A_damaged_row_ends_the_file_with_its_line(string row, string message)
    {
        var (sets, error) = await DataFiles.Read(_folder.Write("a.csv", "X,Y", "1,2", row, "5,6"), "X", "Y");
        Assert.Single(sets);
        Assert.IsType<FileDataException>(error);
        Assert.EndsWith(message, error.Message);
    }

    [Fact]
    public async Task Other_delimiters_and_a_byte_order_mark_are_read()
    {
        await File.WriteAllTextAsync(_folder.File("a.tsv"), "\uFEFFX\tY\r\n1\t2\r\n\r\n3\t4\r\n", new System.Text.UTF8Encoding(false));
        var (sets, error) = await DataFiles.Read(_folder.File("a.tsv"), Modules.Variables("X", "Y"));
        Assert.Null(error);
        Assert.Equal([1.0, 3.0], sets.Select(s => s.Updates[0].Sample.Value.AsDouble()));
    }

    [Fact]
    public async Task Writes_names_times_numbers_and_severities()
    {
        var path = _folder.File("out.csv");
        await DataFiles.Write(path, ["A:B", "C,D"], [[PvValue.Double(0.1), PvValue.Boolean(true)], [PvValue.Double(double.NaN), PvValue.Array(new[] { 1.5, 2 })], [default, PvValue.String("x\"y")]],
            ("time_column", "t"), ("severity", "true"));
        Assert.Equal(
            """
            t,A:B,A:B.severity,"C,D","C,D.severity"
            1970-01-01T00:00:01.000000000Z,0.1,NO_ALARM,true,NO_ALARM
            1970-01-01T00:00:02.000000000Z,NaN,NO_ALARM,"[1.5,2]",NO_ALARM
            1970-01-01T00:00:03.000000000Z,,NO_ALARM,"x""y",NO_ALARM

            """, await File.ReadAllTextAsync(path));
    }
}
