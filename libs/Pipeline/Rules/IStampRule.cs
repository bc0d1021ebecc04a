using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Which of its inputs gives a result its time stamp (DESIGN section 5).</summary>
public interface IStampRule
{
    string Name { get; }

    /// <summary>The stamp of something computed from two inputs, both of which have one.</summary>
    PvTime Fold(in PvTime left, in PvTime right);

    /// <summary>The stamp an output is posted with.</summary>
    /// <param name="folded">Over all inputs it was computed from; not set when none of them has a stamp.</param>
    /// <param name="trigger">The newest stamp of the update that made the tick; not set for the clock.</param>
    /// <param name="now">UTC at the start of the tick.</param>
    PvTime StampOf(in PvTime folded, in PvTime trigger, in PvTime now);
}

/// <summary>The stamp rules by name.</summary>
public static class StampRules
{
    public static IStampRule Of(Configuration.Spec.StampRuleKind kind) => kind switch
    {
        Configuration.Spec.StampRuleKind.Newest => NewestStamp.Instance,
        Configuration.Spec.StampRuleKind.Oldest => OldestStamp.Instance,
        Configuration.Spec.StampRuleKind.Trigger => TriggerStamp.Instance,
        Configuration.Spec.StampRuleKind.Now => NowStamp.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such stamp rule"),
    };
}
