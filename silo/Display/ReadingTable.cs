using System.Globalization;
using ModelManager.Client;
using Spectre.Console;

namespace ModelManager.Silo.Display;

/// <summary>PV readings as a table: value, alarm, age.</summary>
internal static class ReadingTable
{
    private const int ShownCharacters = 40;

    public static Table Of(string title, IReadOnlyList<PvReading> readings, DateTimeOffset now)
    {
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(title));
        table.AddColumn("PV");
        table.AddColumn(new TableColumn("value").RightAligned());
        table.AddColumns("units", "alarm", "age");
        foreach (var reading in readings)
            table.AddRow(Markup.Escape(reading.Name), Markup.Escape(Value(reading)), Markup.Escape(reading.Units), Alarm(reading), Age(reading, now));
        return table;
    }

    public static string Value(PvReading reading)
    {
        if (reading.Value is System.Text.Json.Nodes.JsonObject image && image["shape"] is { } shape)
            return $"image {string.Join('x', shape.AsArray().Select(size => size!.ToString()))}";
        if (reading.Value is System.Text.Json.Nodes.JsonValue value && value.TryGetValue(out double number))
            return number.ToString("G8", CultureInfo.InvariantCulture);
        var text = reading.Value?.ToJsonString() ?? "-";
        return text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "...";
    }

    public static string AlarmText(PvReading reading) =>
        reading.Severity == "NoAlarm" ? "" : reading.Message.Length > 0 ? $"{reading.Severity.ToUpperInvariant()} {reading.Message}" : $"{reading.Severity.ToUpperInvariant()} {reading.Status}";

    private static string Alarm(PvReading reading) => reading.Severity switch
    {
        "NoAlarm" => "",
        "Minor" => $"[yellow]{Markup.Escape(AlarmText(reading))}[/]",
        "Major" => $"[red]{Markup.Escape(AlarmText(reading))}[/]",
        _ => $"[magenta]{Markup.Escape(AlarmText(reading))}[/]",
    };

    private static string Age(PvReading reading, DateTimeOffset now) =>
        reading.Time is { } time ? (now - time).TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture) : "-";
}
