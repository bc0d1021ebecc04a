namespace ModelManager.Client;

/// <summary>How the outputs of a shadow compare with those of the deployment it shadows, over ticks that came from the same inputs.</summary>
public sealed record DeploymentShadow
{
    /// <summary>The deployment it is a shadow of.</summary>
    public required string Original { get; init; }
    /// <summary>Why nothing can be compared at present; "" = it can.</summary>
    public string Why { get; init; } = "";
    /// <summary>Pairs of ticks.</summary>
    public long Compared { get; init; }
    /// <summary>Ticks of the original without a counterpart: one of the two merged updates, or did not run.</summary>
    public long OriginalAlone { get; init; }
    public long ShadowAlone { get; init; }
    public IReadOnlyList<ShadowedOutput> Outputs { get; init; } = [];
    /// <summary>Outputs that only the original has.</summary>
    public IReadOnlyList<string> OriginalOnly { get; init; } = [];
    public IReadOnlyList<string> ShadowOnly { get; init; } = [];
}

/// <summary>One output that both have.</summary>
public sealed record ShadowedOutput
{
    public required string Name { get; init; }
    /// <summary>Pairs of values.</summary>
    public long Count { get; init; }
    /// <summary>Of these, how many cannot be subtracted and are not equal: a number beside NaN or nothing, texts that differ, other shapes. They are not in the differences.</summary>
    public long Unlike { get; init; }
    /// <summary>Pairs whose alarm severity differs.</summary>
    public long SeverityDiffers { get; init; }
    /// <summary>|original - shadow|; of arrays and images over their elements. Null where it is too large for a number.</summary>
    public double? MaxAbsolute { get; init; }
    public double? MeanAbsolute { get; init; }
    /// <summary>Relative to the larger of the two values: 0 for equal ones, at most 2.</summary>
    public double MaxRelative { get; init; }
    public double MeanRelative { get; init; }
    /// <summary>The last pair; large arrays and images as text.</summary>
    public required PvReading Original { get; init; }
    public required PvReading Shadow { get; init; }
}
