using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Grains;

/// <summary>One tick of a deployment: what made it, what went in, what came out and where it went.</summary>
/// <param name="Id">deployment#generation.epoch.sequence</param>
/// <param name="CausedBy">The module (or the leader, or the PV grown too old) that made the tick; "" for the clock.</param>
/// <param name="Started">Microseconds after the oldest of its updates arrived, like the times that follow; of one clock.</param>
/// <param name="Model">When the last model was started; null without one.</param>
/// <param name="Merged">Of the <paramref name="Sets"/> applied, how many were merged into a waiting one.</param>
/// <param name="Puts">What became of each output, in their order: sent, off, no-lease, held, clamped, or none where it has no value yet.</param>
[GenerateSerializer, Immutable, Alias("mm.TickReport")]
public sealed record TickReport(
    [property: Id(0)] string Id, [property: Id(1)] int Generation, [property: Id(2)] long Epoch, [property: Id(3)] long Sequence,
    [property: Id(4)] string Cause, [property: Id(5)] string CausedBy, [property: Id(6)] DateTimeOffset At,
    [property: Id(7)] double Started, [property: Id(8)] double? Model, [property: Id(9)] double? ModelDone, [property: Id(10)] double Done,
    [property: Id(11)] int Sets, [property: Id(12)] int Merged, [property: Id(13)] int Dropped, [property: Id(14)] ImmutableArray<string> ModelDigests,
    [property: Id(15)] PvBatch Inputs, [property: Id(16)] PvBatch ModelInputs, [property: Id(17)] PvBatch ModelOutputs, [property: Id(18)] PvBatch Outputs,
    [property: Id(19)] ImmutableArray<string> Puts, [property: Id(20)] ImmutableArray<string> AlarmCauses);
