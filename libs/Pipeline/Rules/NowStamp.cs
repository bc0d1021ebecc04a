using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The start of the tick by the local clock.</summary>
public sealed class NowStamp : IStampRule
{
    public static NowStamp Instance { get; } = new();

    public string Name => "now";

    public PvTime Fold(in PvTime left, in PvTime right) => right > left ? right : left;

    public PvTime StampOf(in PvTime folded, in PvTime trigger, in PvTime now) => now;
}
