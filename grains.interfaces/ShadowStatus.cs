using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Grains;

/// <summary>How the outputs of a shadow compare with those of the deployment it shadows, over ticks that came from the same inputs.</summary>
/// <param name="Original">The deployment it is a shadow of.</param>
/// <param name="Why">Why nothing can be compared at present; "" = it can.</param>
/// <param name="Compared">Pairs of ticks.</param>
/// <param name="OriginalAlone">Ticks of the original without a counterpart: one of the two merged updates, or did not run.</param>
/// <param name="OriginalOnly">Outputs that only the original has.</param>
/// <param name="OriginalValues">The last pair of every output, in the order of <paramref name="Outputs"/>.</param>
[GenerateSerializer, Immutable, Alias("mm.ShadowStatus")]
public sealed record ShadowStatus(
    [property: Id(0)] string Original, [property: Id(1)] string Why, [property: Id(2)] long Compared, [property: Id(3)] long OriginalAlone, [property: Id(4)] long ShadowAlone,
    [property: Id(5)] ImmutableArray<ShadowOutputStatus> Outputs, [property: Id(6)] ImmutableArray<string> OriginalOnly, [property: Id(7)] ImmutableArray<string> ShadowOnly,
    [property: Id(8)] PvBatch OriginalValues, [property: Id(9)] PvBatch ShadowValues);

/// <param name="Unlike">Pairs that cannot be subtracted and are not equal; they are not in the differences.</param>
/// <param name="MaxRelative">Relative to the larger of the two values.</param>
[GenerateSerializer, Immutable, Alias("mm.ShadowOutputStatus")]
public sealed record ShadowOutputStatus(
    [property: Id(0)] string Name, [property: Id(1)] long Count, [property: Id(2)] long Unlike, [property: Id(3)] long SeverityDiffers,
    [property: Id(4)] double MaxAbsolute, [property: Id(5)] double MeanAbsolute, [property: Id(6)] double MaxRelative, [property: Id(7)] double MeanRelative);
