using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class InvalidInputRuleTests
{
    private static readonly PvSample Bad = new(default, Alarm.Invalid(AlarmStatus.Comm, "A: disconnected"), At(50));
    private static readonly PvSample Good = new(PvValue.Double(4), Alarm.None, At(40), 7);
    private static readonly PvSample BadBefore = new(PvValue.Double(5), Alarm.Invalid(AlarmStatus.Read, "A: read"), At(41));

    [Fact]
    public void Propagate_passes_it_on()
    {
        Assert.True(InvalidInputRules.Of(InvalidInputPolicy.Propagate).Apply(Bad, Good, PvValue.Double(1), out var applied));
        Assert.Equal(Bad, applied);
        Assert.Equal("propagate", PropagateInvalid.Instance.Name);
    }

    [Fact]
    public void Hold_keeps_the_last_valid_value_and_says_so()
    {
        var rule = InvalidInputRules.Of(InvalidInputPolicy.Hold);
        Assert.True(rule.Apply(Bad, Good, default, out var applied));
        Assert.Equal(Good with { Alarm = new(AlarmSeverity.Minor, AlarmStatus.Comm, "A: disconnected; its last value is held") }, applied);
        Assert.Equal("hold", rule.Name);
    }

    [Fact]
    public void Hold_has_nothing_to_hold_before_a_valid_value()
    {
        var rule = InvalidInputRules.Of(InvalidInputPolicy.Hold);
        Assert.True(rule.Apply(Bad, default, default, out var applied));
        Assert.Equal(Bad, applied);
        Assert.True(rule.Apply(Bad, BadBefore, default, out applied));
        Assert.Equal(Bad, applied);
    }

    [Fact]
    public void Default_stands_in_where_there_is_one()
    {
        var rule = InvalidInputRules.Of(InvalidInputPolicy.Default);
        Assert.True(rule.Apply(Bad, Good, PvValue.Double(9), out var applied));
        Assert.Equal(Bad with { Value = PvValue.Double(9), Alarm = new(AlarmSeverity.Minor, AlarmStatus.Comm, "A: disconnected; its default is used") }, applied);
        Assert.True(rule.Apply(Bad, Good, default, out applied));
        Assert.Equal(Bad, applied);
        Assert.Equal("default", rule.Name);
    }

    [Fact]
    public void Skip_ignores_the_update()
    {
        var rule = InvalidInputRules.Of(InvalidInputPolicy.Skip);
        Assert.False(rule.Apply(Bad, Good, PvValue.Double(9), out var applied));
        Assert.Equal(Good, applied);
        Assert.Equal("skip", rule.Name);
    }

    [Fact]
    public void An_unknown_policy_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => InvalidInputRules.Of((InvalidInputPolicy)9));
}
