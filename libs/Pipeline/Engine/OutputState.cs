using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>One output variable of a sink: what was posted, what is on the way, what waits.</summary>
internal sealed class OutputState(string sink, PvVariable variable, int slot, long ticksPerSecond)
{
    public string Sink { get; } = sink;
    public PvVariable Variable { get; } = variable;
    public int Slot { get; } = slot;

    /// <summary>Least time between two posts in clock ticks; 0 = none.</summary>
    public long MinInterval { get; } = variable.Output.MaxRate is { } interval ? (long)(interval.TotalSeconds * ticksPerSecond) : 0;

    /// <summary>For results that bring no metadata of their own; null when nothing is known.</summary>
    public PvMeta? Meta { get; } = variable.Units.Length > 0 ? new() { Units = variable.Units } : null;

    /// <summary>A number is changed by some rule.</summary>
    public bool HasNumericRules { get; } = variable.EnforceControlLimits || variable.Output.Low is not null || variable.Output.High is not null || variable.Output.MaxStep is not null;

    /// <summary>What is shown: posted last, or would have been.</summary>
    public PvSample Shown;
    public bool HasShown;
    public Disposition Disposition;

    // Saved state: survives a move.
    public PvTime LastStamp;
    public bool HasPosted;
    /// <summary>The number posted last, also when an INVALID result without one was posted since; NaN before the first.</summary>
    public double PostedValue = double.NaN;
    public AlarmSeverity PostedSeverity;
    public long PostedAt;
    public AlarmStatus Level;

    // On the way.
    public bool InFlight;
    public (double Value, AlarmSeverity Severity) BeforeFlight;
    public bool HasWaiting;
    public bool WaitsForRate;
    public PvSample Waiting;
    public Disposition WaitingAs;

    /// <summary>What was posted before does not count any more: publishing was off, so the PV may have any value.</summary>
    public void ForgetPosted()
    {
        HasPosted = HasWaiting = WaitsForRate = false;
        (PostedValue, PostedSeverity) = (double.NaN, AlarmSeverity.NoAlarm);
    }

    public void MarkPosted(in PvSample posted, long now)
    {
        BeforeFlight = (PostedValue, PostedSeverity);
        HasPosted = true;
        if (posted.Value.Kind.IsNumericScalar() && posted.Value.AsDouble() is var number && !double.IsNaN(number))
            PostedValue = number;
        PostedSeverity = posted.Alarm.Severity;
        PostedAt = now;
    }

    /// <summary>The put in flight was refused: the PV still has what it had before, so neither dead band nor largest step may count from it. The rate does.</summary>
    public void TakeBackPosted() => (PostedValue, PostedSeverity) = BeforeFlight;
}
