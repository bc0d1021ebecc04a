using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The update that made the tick: all outputs of a tick have one stamp. A tick made by the clock has the clock's.</summary>
public sealed class TriggerStamp : IStampRule
{
    public static TriggerStamp Instance { get; } = new();

    public string Name => "trigger";

    public PvTime Fold(in PvTime left, in PvTime right) => right > left ? right : left;

    public PvTime StampOf(in PvTime folded, in PvTime trigger, in PvTime now) => trigger.IsSet ? trigger : now;
}
