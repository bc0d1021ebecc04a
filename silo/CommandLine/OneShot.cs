using ModelManager.Pipeline;
using ModelManager.Values;

namespace ModelManager.Silo.CommandLine;

/// <summary><c>-o</c>: one complete result, or the reason there is none.</summary>
internal static class OneShot
{
    public static async Task<int> Wait(DeploymentRunner runner, string name, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            var record = await runner.FirstCompleteResult.WaitAsync(timeout, cancellation);
            foreach (var output in record.Outputs.IsEmpty ? record.ModelOutputs : record.Outputs)
                Console.WriteLine($"{output.PvName} {PvText.Format(output.Sample.Value)}{Alarm(output.Sample.Alarm)}{(output.Disposition == Disposition.Off ? " (not published)" : "")}");
            return ExitCodes.Done;
        }
        catch (TimeoutException)
        {
            var status = runner.Status;
            var awaited = status.AwaitedInputs;
            var invalid = runner.Outputs.Where(o => o.Sample.Alarm.Severity == AlarmSeverity.Invalid).Select(Told).ToArray();
            throw new CommandFailure(
                $"deployment '{name}' gave no complete result within {timeout.TotalSeconds:0.###} s: {(awaited.IsEmpty ? status.LastError ?? "an output stayed INVALID" : $"it waits for {string.Join(", ", awaited)}")}",
                invalid);
        }
    }

    // The message of an output without a value begins with its name.
    private static string Told(PvReading output) =>
        output.Sample.Alarm.Message is { } message && message.StartsWith(output.PvName + ":", StringComparison.Ordinal) ? message : $"{output.PvName}: {output.Sample.Alarm.Message}";

    private static string Alarm(in Alarm alarm) => alarm.Severity == AlarmSeverity.NoAlarm ? "" : $" {alarm.Severity.ToString().ToUpperInvariant()} {alarm.Message}";
}
