using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The oldest input the result was computed from: nothing in it is older than the stamp says.</summary>
public sealed class OldestStamp : IStampRule
{
    public static OldestStamp Instance { get; } = new();

    public string Name => "oldest";

    public PvTime Fold(in PvTime left, in PvTime right) => right < left ? right : left;

    public PvTime StampOf(in PvTime folded, in PvTime trigger, in PvTime now) => folded.IsSet ? folded : now;
}
