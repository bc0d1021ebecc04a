using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class EngineMailboxTests
{
    private static EngineHarness Every(int room, bool canPause)
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum, MailboxKind.Every, o => o with { MailboxSets = room }) { HoldModels = true };
        harness.Send(EngineEvent.SourceOpened("in", canPause));
        harness.Publish("out");
        return harness;
    }

    [Fact]
    public void Every_set_has_its_own_tick_in_order()
    {
        var harness = Every(100, canPause: false);
        for (var i = 0; i < 5; i++)
            harness.Set(Of("A", i, 100 + i), Of("B", 10, 100 + i));
        while (harness.HeldModels.Count > 0)
            harness.AnswerModel();
        Assert.Equal([10.0, 11, 12, 13, 14], harness.PutTo("Y").Select(s => s.Value.AsDouble()));
        Assert.Equal([At(100), At(101), At(102), At(103), At(104)], harness.PutTo("Y").Select(s => s.Time));
        Assert.All(harness.Records, r => Assert.Equal((1, 0, 0), (r.Sets, r.Merged, r.Dropped)));
    }

    [Fact]
    public void A_full_mailbox_pauses_a_source_that_can_and_resumes_it_when_half_empty()
    {
        var harness = Every(4, canPause: true);
        for (var i = 0; i < 10; i++)
            harness.Set(Of("A", i, 100 + i), Of("B", 0, 100 + i));
        Assert.Equal([("in", true)], harness.Pauses);
        for (var i = 0; i < 6; i++)                                  // nine wait, then three
            harness.AnswerModel();
        Assert.Equal([("in", true)], harness.Pauses);
        harness.AnswerModel();                                       // half of four
        Assert.Equal([("in", true), ("in", false)], harness.Pauses);
        while (harness.HeldModels.Count > 0)
            harness.AnswerModel();
        Assert.Equal([("in", true), ("in", false)], harness.Pauses);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), harness.PutTo("Y").Select(s => s.Value.AsDouble()));
        Assert.Equal(0, harness.Engine.Counters.Dropped);
    }

    [Fact]
    public void A_full_mailbox_drops_the_oldest_of_a_source_that_cannot_pause_and_says_so()
    {
        var harness = Every(3, canPause: false);
        for (var i = 0; i < 6; i++)
            harness.Set(Of("A", i, 100 + i), Of("B", 0, 100 + i));
        while (harness.HeldModels.Count > 0)
            harness.AnswerModel();
        Assert.Equal([0.0, 3, 4, 5], harness.PutTo("Y").Select(s => s.Value.AsDouble()));
        Assert.Equal(2, harness.Engine.Counters.Dropped);
        Assert.Equal([0, 2, 0, 0], harness.Records.Select(r => r.Dropped));
        Assert.Equal(new Alarm(AlarmSeverity.Minor, AlarmStatus.Soft, "2 update sets were dropped: the mailbox of test holds 3"), harness.PutTo("Y")[1].Alarm);
        Assert.Equal(Alarm.None, harness.PutTo("Y")[2].Alarm);
    }

    [Fact]
    public void The_next_tick_waits_for_the_puts_of_the_one_before()
    {
        var harness = new EngineHarness(Wires(), mailbox: MailboxKind.Every) { HoldPuts = true };
        harness.Publish();                                   // a foreign sink
        harness.Set(Of("A", 1), Of("B", 1));
        harness.Set(Of("A", 2));
        Assert.Single(harness.Records);
        Assert.False(harness.Engine.IsQuiet);
        harness.AnswerPut();
        harness.AnswerPut();
        Assert.Equal([1.0, 2.0], harness.PutTo("X").Select(s => s.Value.AsDouble()));
        Assert.True(harness.Engine.IsQuiet);
    }

    [Fact]
    public void Every_row_posts_every_output()
    {
        var harness = new EngineHarness(Wires(), mailbox: MailboxKind.Every);
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 1));
        harness.Set(Of("A", 2));
        Assert.All(harness.Puts, p => Assert.Equal(["X", "Y"], p.Set.Updates.Select(u => u.Name)));
    }

    [Fact]
    public void A_pause_keeps_what_comes()
    {
        var latest = new EngineHarness(Wires());
        latest.Set(Of("A", 1), Of("B", 1));
        latest.Send(EngineEvent.Pause);
        latest.Set(Of("A", 2));
        latest.Set(Of("A", 3));
        Assert.Single(latest.Records);
        Assert.True(latest.Engine.IsPaused);
        latest.Send(EngineEvent.Resume);
        Assert.Equal([1.0, 3.0], latest.Records.Select(r => r.Outputs[0].Sample.Value.AsDouble()));

        var every = new EngineHarness(Wires(), mailbox: MailboxKind.Every);
        every.Set(Of("A", 1), Of("B", 1));
        every.Send(EngineEvent.Pause);
        every.Set(Of("A", 2));
        every.Set(Of("A", 3));
        every.Send(EngineEvent.Resume);
        Assert.Equal([1.0, 2.0, 3.0], every.Records.Select(r => r.Outputs[0].Sample.Value.AsDouble()));
    }

    [Fact]
    public void Leader_with_every_applies_the_others_one_by_one()
    {
        var harness = new EngineHarness(Wires() with { Trigger = new(TriggerKind.Leader, Leader: "A") }, mailbox: MailboxKind.Every);
        harness.Set(Of("B", 1));
        harness.Set(Of("A", 1));
        harness.Set(Of("B", 2));
        harness.Set(Of("B", 3));
        harness.Set(Of("A", 2));
        Assert.Equal([(1.0, 1.0), (2.0, 3.0)], harness.Records.Select(r => (r.Outputs[0].Sample.Value.AsDouble(), r.Outputs[1].Sample.Value.AsDouble())));
    }

    [Fact]
    public void Rate_with_every_takes_one_set_per_period()
    {
        var harness = new EngineHarness(Wires() with { Trigger = new(TriggerKind.Rate, TimeSpan.FromSeconds(0.1)) }, mailbox: MailboxKind.Every);
        for (var i = 1; i <= 3; i++)
            harness.Set(Of("A", i), Of("B", 0));
        harness.AdvanceTo(harness.Ticks + 350);
        Assert.Equal([1.0, 2.0, 3.0], harness.Records.Select(r => r.Outputs[0].Sample.Value.AsDouble()));
    }

    [Fact]
    public void What_a_source_that_can_pause_gave_is_not_dropped_for_a_live_one()
    {
        var spec = Spec(
            Source("file", "rows", Pv("A")), Source("live", "inputs", Pv("B")),
            Transformer("one", "rows", "outputs", Renames(("X", "A"))), Transformer("two", "inputs", "outputs", Renames(("Y", "B"))),
            Sink("out", "outputs", Pv("X"), Pv("Y")));
        var harness = new EngineHarness(spec, mailbox: MailboxKind.Every, options: o => o with { MailboxSets = 3 });
        harness.Send(EngineEvent.SourceOpened("file", canPause: true));
        harness.Send(EngineEvent.SourceOpened("live", canPause: false));
        harness.Send(EngineEvent.Pause);
        harness.SetOf("file", Of("A", 1));
        for (var i = 0; i < 5; i++)
            harness.SetOf("live", Of("B", i));
        harness.Send(EngineEvent.Resume);
        Assert.Equal(1.0, harness.Records[0].Outputs[0].Sample.Value.AsDouble());
        Assert.Equal([3.0, 4.0], harness.Records.Skip(1).Select(r => r.Outputs[1].Sample.Value.AsDouble()));
        Assert.Equal(3, harness.Engine.Counters.Dropped);
    }
}
