using System.Collections.Immutable;

namespace ModelManager.Pipeline;

public enum RunnerState { Created, Starting, Running, Paused, Stopping, Stopped, Failed }

/// <summary>What a deployment is doing. A copy: it does not change.</summary>
public sealed record RunnerStatus
{
    public required RunnerState State { get; init; }
    /// <summary>Inputs that have to come once before the first result, as <c>PV (module)</c>, with the reason where the source gave one.</summary>
    public required ImmutableArray<string> AwaitedInputs { get; init; }
    /// <summary>The last failure of a model, formula, sink or source; null while none happened.</summary>
    public string? LastError { get; init; }
    /// <summary>Why the state is <see cref="RunnerState.Failed"/>: a model that never returned.</summary>
    public string? Failure { get; init; }
    public required bool Publish { get; init; }
    public required int Generation { get; init; }
    public required long Epoch { get; init; }
    public required long Ticks { get; init; }
    /// <summary>Ticks in the last full second.</summary>
    public required double TicksPerSecond { get; init; }
    /// <summary>From arrival of the update to the hand-over to the sinks, of the last 10 to 20 seconds; NaN before the first tick.</summary>
    public required double LatencyP50Microseconds { get; init; }
    public required double LatencyP99Microseconds { get; init; }
    /// <summary>Update sets merged into a waiting one (<c>mailbox: latest</c>).</summary>
    public required long Merged { get; init; }
    /// <summary>Update sets dropped from a full mailbox (<c>mailbox: every</c>, a source that cannot pause).</summary>
    public required long Dropped { get; init; }
    /// <summary>Results whose stamp was that of the result before, because it would have gone back or stood still.</summary>
    public required long Repeats { get; init; }
    public required long PutsSent { get; init; }
    public required long PutsHeld { get; init; }
    public required long PutsClamped { get; init; }
    /// <summary>Puts that a sink or the lease refused.</summary>
    public required long PutsRefused { get; init; }
    /// <summary>Since the last tick; null before the first.</summary>
    public TimeSpan? Age { get; init; }
    /// <summary>Every source has ended (files): no further tick will come.</summary>
    public required bool SourcesEnded { get; init; }
    /// <summary>Findings of the plan: units that differ, outputs that go nowhere.</summary>
    public required ImmutableArray<string> Warnings { get; init; }
}
