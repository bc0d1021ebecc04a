using System.Diagnostics;
using System.Globalization;
using ModelManager.Pipeline;
using ModelManager.Values;

namespace ModelManager.Silo.Display;

/// <summary><c>-d</c>: per tick what came in, what the formulas and the model made of it, and what was put.</summary>
internal sealed class TickPrinter(TextWriter output)
{
    private readonly Lock _gate = new();

    public void Print(TickRecord record)
    {
        lock (_gate)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"tick {record.Id.Sequence} by {record.Cause} {record.CausedBy} at {record.At}: {record.Sets} set(s), {record.Merged} merged, {record.Dropped} dropped, model {Microseconds(record.Times.Model, record.Times.ModelDone):0.#} us, all {Microseconds(record.Times.Received, record.Times.Done):0.#} us"));
            Section("in", record.Inputs);
            Section("formula", record.ModelInputs);
            Section("model", record.ModelOutputs);
            Section("out", record.Outputs);
            output.Flush();
        }
    }

    private void Section(string title, IEnumerable<PvReading> readings)
    {
        foreach (var reading in readings)
            output.WriteLine($"  {title,-7} {reading.PvName} = {PvText.Format(reading.Sample.Value)}{Alarm(reading.Sample.Alarm)}{Disposed(reading.Disposition)}");
    }

    private static string Alarm(in Alarm alarm) => alarm.Severity == AlarmSeverity.NoAlarm ? "" : $"  {alarm.Severity.ToString().ToUpperInvariant()}: {alarm.Message}";

    private static string Disposed(Disposition disposition) => disposition switch
    {
        Disposition.None => "",
        Disposition.Off => "  [not published]",
        _ => $"  [{disposition.ToString().ToLowerInvariant()}]",
    };

    private static double Microseconds(long from, long to) => from == 0 || to == 0 ? 0 : Stopwatch.GetElapsedTime(from, to).TotalMicroseconds;
}
