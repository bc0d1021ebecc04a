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
    public double PostedValue;
    public AlarmSeverity PostedSeverity;
    public long PostedAt;
    public AlarmStatus Level;

    // On the way.
    public bool InFlight;
    public bool HasWaiting;
    public bool WaitsForRate;
    public PvSample Waiting;
    public Disposition WaitingAs;

    /// <summary>What was posted before does not count any more: publishing was off, so the PV may have any value.</summary>
    public void ForgetPosted() => HasPosted = HasWaiting = WaitsForRate = false;
}
