using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline.Tests;

public class TriggerTests
{
    private static TriggerQuestion Question(bool updates = false, bool leader = false, long? last = null, long now = 0) => new(updates, leader, 1000, last, now);

    [Fact]
    public void Any_ticks_on_every_update()
    {
        var trigger = Triggers.Of(TriggerSpec.Any, 1000);
        Assert.Equal(("any", false), (trigger.Name, trigger.IsPeriodic));
        Assert.Equal(TriggerAnswer.OnUpdate, trigger.Ask(Question()));
        Assert.Equal(TriggerAnswer.Now, trigger.Ask(Question(updates: true, last: 999, now: 1000)));
    }

    [Fact]
    public void Any_with_a_rate_ticks_at_most_once_per_rate()
    {
        var trigger = Triggers.Of(new(TriggerKind.Any, TimeSpan.FromSeconds(0.5)), 1000);
        Assert.Equal(TriggerAnswer.Now, trigger.Ask(Question(updates: true, now: 2000)));
        Assert.Equal(new TriggerAnswer(false, 2500), trigger.Ask(Question(updates: true, last: 2000, now: 2499)));
        Assert.Equal(TriggerAnswer.Now, trigger.Ask(Question(updates: true, last: 2000, now: 2500)));
        Assert.Equal(TriggerAnswer.OnUpdate, trigger.Ask(Question(last: 2000, now: 9999)));
    }

    [Fact]
    public void Rate_ticks_on_a_grid_from_the_start_with_or_without_updates()
    {
        var trigger = Triggers.Of(new(TriggerKind.Rate, TimeSpan.FromSeconds(0.1)), 1000);
        Assert.Equal(("rate", true), (trigger.Name, trigger.IsPeriodic));
        Assert.Equal(new TriggerAnswer(false, 1100), trigger.Ask(Question(updates: true, now: 1099)));
        Assert.Equal(new TriggerAnswer(true, 1200), trigger.Ask(Question(now: 1100)));
        Assert.Equal(new TriggerAnswer(false, 1200), trigger.Ask(Question(last: 1105, now: 1199)));
        // A tick that came late: what was missed is not made up for, and the grid stays.
        Assert.Equal(new TriggerAnswer(true, 1600), trigger.Ask(Question(last: 1105, now: 1550)));
        Assert.Equal(new TriggerAnswer(false, 1600), trigger.Ask(Question(last: 1550, now: 1551)));
    }

    [Fact]
    public void Leader_ticks_on_the_leader_only()
    {
        var trigger = Triggers.Of(new(TriggerKind.Leader, Leader: "A"), 1000);
        Assert.Equal("leader", trigger.Name);
        Assert.Equal(TriggerAnswer.OnUpdate, trigger.Ask(Question(updates: true)));
        Assert.Equal(TriggerAnswer.Now, trigger.Ask(Question(updates: true, leader: true)));
    }

    // Files of upstream always have a rate.
    [Fact]
    public void Leader_with_a_rate_ticks_at_most_once_per_rate()
    {
        var trigger = Triggers.Of(new(TriggerKind.Leader, TimeSpan.FromSeconds(0.5), "A"), 1000);
        Assert.Equal(TriggerAnswer.Now, trigger.Ask(Question(updates: true, leader: true, now: 2000)));
        Assert.Equal(TriggerAnswer.OnUpdate, trigger.Ask(Question(updates: true, last: 2000, now: 2499)));
        Assert.Equal(new TriggerAnswer(false, 2500), trigger.Ask(Question(updates: true, leader: true, last: 2000, now: 2499)));
        Assert.Equal(TriggerAnswer.Now, trigger.Ask(Question(updates: true, leader: true, last: 2000, now: 2500)));
    }

    [Fact]
    public void Aligned_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Triggers.Of(new(TriggerKind.Aligned), 1000));
}
