using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>What a comparison of a deployment with its shadow has found so far.</summary>
/// <param name="Compared">Pairs of ticks that came from the same inputs.</param>
/// <param name="OriginalAlone">Ticks of the original that no tick of the shadow has met, and that are not waited for any more.</param>
/// <param name="ShadowAlone">The same of the shadow.</param>
/// <param name="CommonInputs">Inputs that both read; null before both have ticked.</param>
/// <param name="OriginalOnly">Outputs that only the original has.</param>
public sealed record ShadowReport(
    long Compared, long OriginalAlone, long ShadowAlone, int? CommonInputs, ImmutableArray<ShadowOutput> Outputs, ImmutableArray<string> OriginalOnly, ImmutableArray<string> ShadowOnly);

/// <summary>One output of both.</summary>
/// <param name="Count">Pairs of values.</param>
/// <param name="Unlike">Of these, how many cannot be subtracted and are not equal: a number beside NaN or nothing, texts that differ, other shapes. They are not in the differences.</param>
/// <param name="SeverityDiffers">Pairs whose alarm severity differs.</param>
/// <param name="MaxAbsolute">Largest difference; of arrays and images over their elements.</param>
/// <param name="MaxRelative">Largest difference relative to the larger of the two values.</param>
/// <param name="Original">The values of the last pair.</param>
public sealed record ShadowOutput(
    string Name, long Count, long Unlike, long SeverityDiffers, double MaxAbsolute, double MeanAbsolute, double MaxRelative, double MeanRelative, PvSample Original, PvSample Shadow);
