using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Why a tick was made.</summary>
public enum TickCause : byte { Update, Rate, Leader, MaxAge, Disconnect, Swap, Publish }

/// <summary>What became of one output of one tick.</summary>
public enum Disposition : byte
{
    /// <summary>Not computed yet, so there was nothing to post.</summary>
    None = 0,
    /// <summary>Handed to its sink as computed.</summary>
    Sent = 1,
    /// <summary>Publishing is off: shown only.</summary>
    Off = 2,
    /// <summary>This silo holds no publish lease at this moment.</summary>
    NoLease = 3,
    /// <summary>Kept back by a rule: dead band, largest rate, INVALID to a foreign PV, a put still in flight.</summary>
    Held = 4,
    /// <summary>Handed to its sink after limits or the largest step changed it.</summary>
    Clamped = 5,
}

/// <summary>A variable of a module and its sample.</summary>
/// <param name="Module">The key of the module that gives it (inputs, model outputs) or takes it (outputs).</param>
/// <param name="Name">The name inside the graph.</param>
/// <param name="PvName">The name outside; equal to <paramref name="Name"/> for model outputs.</param>
/// <param name="Arrived">False: nothing has come or been computed yet, the sample is undefined.</param>
/// <param name="Disposition">Of an output in its last tick; none for inputs.</param>
public readonly record struct PvReading(string Module, string Name, string PvName, PvSample Sample, bool Arrived, Disposition Disposition = Disposition.None);

/// <summary>Times of a tick on the local monotonic clock, in its ticks (<see cref="TimeProvider.GetTimestamp"/>).</summary>
/// <param name="Received">When the oldest set of this tick arrived.</param>
/// <param name="Model">When the (last) model was started; 0 without one.</param>
/// <param name="ModelDone">When its result came back; 0 without one.</param>
public readonly record struct TickTimes(long Received, long Started, long Model, long ModelDone, long Done);

/// <summary>Everything about one tick: what made it, what went in, what came out and where it went.</summary>
public sealed record TickRecord
{
    public required TickId Id { get; init; }
    public required TickCause Cause { get; init; }
    /// <summary>The module (or the leader, or the PV grown too old) that made the tick; empty for the clock.</summary>
    public required string CausedBy { get; init; }
    /// <summary>UTC at the start.</summary>
    public required PvTime At { get; init; }
    public required TickTimes Times { get; init; }
    /// <summary>Update sets applied since the tick before.</summary>
    public required int Sets { get; init; }
    /// <summary>Of these, how many were merged into a waiting one because the engine was busy.</summary>
    public required int Merged { get; init; }
    /// <summary>Sets dropped from a full mailbox since the tick before.</summary>
    public required int Dropped { get; init; }
    /// <summary>SHA-256 of each model of the deployment, in file order.</summary>
    public required ImmutableArray<string> ModelDigests { get; init; }
    public required ImmutableArray<PvReading> Inputs { get; init; }
    /// <summary>What the models were given: the results of the input transformers.</summary>
    public ImmutableArray<PvReading> ModelInputs { get; init; } = [];
    public required ImmutableArray<PvReading> ModelOutputs { get; init; }
    public required ImmutableArray<PvReading> Outputs { get; init; }

    /// <summary>The messages of all alarms among the outputs, each once: they name the causes.</summary>
    public IEnumerable<string> AlarmCauses =>
        Outputs.Where(o => o.Sample.Alarm.Severity > AlarmSeverity.NoAlarm && o.Sample.Alarm.Message is not null).Select(o => o.Sample.Alarm.Message!).Distinct();

    /// <summary>Every output (without outputs: every model output) has a value: what <c>--one_shot</c> waits for.</summary>
    public bool IsComplete => Outputs.IsEmpty ? ModelOutputs.All(HasValue) : Outputs.All(HasValue);

    internal static bool HasValue(PvReading reading) =>
        reading.Arrived && !reading.Sample.Value.IsNone && !(reading.Sample.Value.Kind is PvKind.Float64 or PvKind.Float32 && double.IsNaN(reading.Sample.Value.AsDouble()));
}
