using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class StampRuleTests
{
    private static readonly PvTime Early = At(10, 5, 1), Late = At(20, 1, 2), Trigger = At(15), Now = At(99);

    public static TheoryData<StampRuleKind, string, PvTime, PvTime, PvTime> Rules => new()
    {
        // rule, name, fold of Early and Late, stamp of that fold, stamp without any stamped input
        { StampRuleKind.Newest, "newest", Late, Late, Now },
        { StampRuleKind.Oldest, "oldest", Early, Early, Now },
        { StampRuleKind.Trigger, "trigger", Late, Trigger, Trigger },
        { StampRuleKind.Now, "now", Late, Now, Now },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_rule_folds_in_either_order_and_stamps(StampRuleKind kind, string name, PvTime fold, PvTime stamp, PvTime without)
    {
        var rule = StampRules.Of(kind);
        Assert.Equal(name, rule.Name);
        Assert.Equal(fold, rule.Fold(Early, Late));
        Assert.Equal(fold, rule.Fold(Late, Early));
        Assert.Equal(stamp, rule.StampOf(fold, Trigger, Now));
        Assert.Equal(without, rule.StampOf(default, Trigger, Now));
    }

    [Fact]
    public void A_tick_of_the_clock_has_no_trigger_stamp() => Assert.Equal(Now, TriggerStamp.Instance.StampOf(Late, default, Now));

    [Fact]
    public void An_unknown_rule_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => StampRules.Of((StampRuleKind)9));

    [Fact]
    public void Stamps_never_go_back_and_repeats_are_told()
    {
        Assert.Equal(Late, MonotonicStamp.Next(Late, default, out var repeated));
        Assert.False(repeated);
        Assert.Equal(Late, MonotonicStamp.Next(Late, Early, out repeated));
        Assert.False(repeated);
        Assert.Equal(Late, MonotonicStamp.Next(Early, Late, out repeated));
        Assert.True(repeated);
        Assert.Equal(Late with { UserTag = 7 }, MonotonicStamp.Next(Late with { UserTag = 7 }, Late, out repeated));
        Assert.True(repeated);
    }
}
