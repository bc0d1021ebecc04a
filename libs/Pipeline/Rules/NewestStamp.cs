using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The newest input the result was computed from: what an operator reads as "valid as of". A result without any stamped input is as old as the tick.</summary>
public sealed class NewestStamp : IStampRule
{
    public static NewestStamp Instance { get; } = new();

    public string Name => "newest";

    public PvTime Fold(in PvTime left, in PvTime right) => right > left ? right : left;

    public PvTime StampOf(in PvTime folded, in PvTime trigger, in PvTime now) => folded.IsSet ? folded : now;
}
