using ModelManager.Pipeline;

namespace ModelManager.Grains.Deployments;

/// <summary>Tick records as grains hand them out.</summary>
internal static class TickReports
{
    /// <param name="ticksPerSecond">Of the clock that gave the record its times.</param>
    public static TickReport Of(TickRecord record, long ticksPerSecond)
    {
        double After(long ticks) => Math.Round((ticks - record.Times.Received) * 1e6 / ticksPerSecond, 1);
        return new(
            record.Id.ToString(), record.Id.Generation, record.Id.Epoch, record.Id.Sequence, record.Cause.ToString(), record.CausedBy, record.At.ToDateTimeOffset(),
            After(record.Times.Started), record.Times.Model == 0 ? null : After(record.Times.Model), record.Times.ModelDone == 0 ? null : After(record.Times.ModelDone), After(record.Times.Done),
            record.Sets, record.Merged, record.Dropped, record.ModelDigests,
            PvBatches.Of("inputs", record.Inputs), PvBatches.Of("model inputs", record.ModelInputs), PvBatches.Of("model", record.ModelOutputs), PvBatches.Of("outputs", record.Outputs),
            [.. record.Outputs.Select(output => Put(output.Disposition))], [.. record.AlarmCauses]);
    }

    private static string Put(Disposition disposition) => disposition switch
    {
        Disposition.Sent => "sent",
        Disposition.Off => "off",
        Disposition.NoLease => "no-lease",
        Disposition.Held => "held",
        Disposition.Clamped => "clamped",
        _ => "none",
    };
}
