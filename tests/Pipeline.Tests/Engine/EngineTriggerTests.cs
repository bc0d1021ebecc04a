using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class EngineTriggerTests
{
    [Fact]
    public void Any_with_a_rate_merges_what_comes_between()
    {
        var harness = new EngineHarness(Wires() with { Trigger = new(TriggerKind.Any, TimeSpan.FromSeconds(1)) });
        harness.Publish("out");
        var start = harness.Ticks;
        harness.Set(Of("A", 1), Of("B", 1));
        harness.Set(Of("A", 2));
        harness.Set(Of("A", 3));
        harness.AdvanceTo(start + 999);
        Assert.Single(harness.Records);
        harness.AdvanceTo(start + 1000);
        Assert.Equal([1.0, 3.0], harness.PutTo("X").Select(s => s.Value.AsDouble()));
        harness.AdvanceTo(start + 9000);
        Assert.Equal(2, harness.Records.Count);
    }

    [Fact]
    public void Rate_makes_one_tick_per_period_once_ready()
    {
        var harness = new EngineHarness(Wires() with { Trigger = new(TriggerKind.Rate, TimeSpan.FromSeconds(0.1)) });
        harness.Publish("out");
        var start = harness.Ticks;
        harness.AdvanceTo(start + 350);
        Assert.Empty(harness.Records);
        harness.Set(Of("A", 1), Of("B", 1));
        harness.Set(Of("A", 2));
        Assert.Empty(harness.Records);
        harness.AdvanceTo(start + 1000);
        Assert.Equal([400, 500, 600, 700, 800, 900, 1000], harness.Records.Select(r => r.Times.Started - start));
        Assert.All(harness.Records, r => Assert.Equal(TickCause.Rate, r.Cause));
        // Without a new input it posts the same again: the stamp repeats and is counted.
        Assert.Equal(7, harness.PutTo("X").Length);
        Assert.All(harness.PutTo("X"), x => Assert.Equal((2.0, At(100)), (x.Value.AsDouble(), x.Time)));
        Assert.Equal(12, harness.Engine.Counters.Repeats);
    }

    [Fact]
    public void Leader_makes_the_ticks_and_the_others_are_taken_as_they_stand()
    {
        var harness = new EngineHarness(Wires() with { Trigger = new(TriggerKind.Leader, Leader: "A") });
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 1));
        harness.Set(Of("B", 2));
        harness.Set(Of("B", 3));
        Assert.Single(harness.Records);
        Assert.Equal(PvValue.Double(3), harness.Engine.Inputs[1].Sample.Value);
        harness.Set(Of("A", 2));
        Assert.Equal([1.0, 3.0], harness.PutTo("Y").Select(s => s.Value.AsDouble()));
        Assert.Equal((TickCause.Leader, "A"), (harness.Records[1].Cause, harness.Records[1].CausedBy));
    }

    [Fact]
    public void A_leader_that_disconnects_makes_a_tick()
    {
        var harness = new EngineHarness(Wires() with { Trigger = new(TriggerKind.Leader, Leader: "A") });
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 1));
        harness.Set(PvUpdate.Disconnect("A", "gone"));
        Assert.Equal(AlarmSeverity.Invalid, harness.PutTo("X")[^1].Alarm.Severity);
    }

    [Fact]
    public void A_tick_by_the_clock_that_comes_while_the_model_works_follows_it()
    {
        var harness = new EngineHarness(Line() with { Trigger = new(TriggerKind.Rate, TimeSpan.FromSeconds(0.1)) }, FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        var start = harness.Ticks;
        harness.Set(Of("A", 1), Of("B", 2));
        harness.AdvanceTo(start + 100);
        harness.Set(Of("A", 5));
        harness.AdvanceTo(start + 450);
        Assert.Single(harness.HeldModels);
        harness.AnswerModel();
        Assert.Equal(2, harness.Evaluations);       // due at once, once for all that was missed
        harness.AnswerModel();
        harness.AdvanceTo(start + 499);
        Assert.Equal(2, harness.Evaluations);
        harness.AdvanceTo(start + 500);
        Assert.Equal(3, harness.Records.Count);
        Assert.Equal(2, harness.Evaluations);       // nothing changed: the stateless model is not asked again
    }

    [Fact]
    public void A_model_that_keeps_state_sees_every_tick()
    {
        var harness = new EngineHarness(Line() with { Trigger = new(TriggerKind.Rate, TimeSpan.FromSeconds(0.1)) }, new FunctionModel(["a", "b"], ["y"], x => [x[0]], isStateless: false));
        harness.Set(Of("A", 1), Of("B", 2));
        harness.AdvanceTo(harness.Ticks + 500);
        Assert.Equal(5, harness.Evaluations);
    }

    [Theory]
    [InlineData(StampRuleKind.Newest, 101, 0)]
    [InlineData(StampRuleKind.Oldest, 100, 0)]
    [InlineData(StampRuleKind.Trigger, 101, 0)]
    [InlineData(StampRuleKind.Now, 6000, 0)]
    public void Results_are_stamped_by_rule(StampRuleKind rule, long seconds, int nanoseconds)
    {
        var harness = new EngineHarness(Line() with { Timestamp = rule }, FunctionModel.Sum);
        harness.Publish("out");
        harness.Set(Of("A", 1, 100), Of("B", 2, 101));
        Assert.Equal(At(seconds, nanoseconds), harness.PutTo("Y")[0].Time);
    }

    [Fact]
    public void The_trigger_stamp_is_that_of_the_set_that_made_the_tick()
    {
        var harness = new EngineHarness(Line() with { Timestamp = StampRuleKind.Trigger }, FunctionModel.Sum);
        harness.Publish("out");
        harness.Set(Of("A", 1, 100), Of("B", 2, 300));
        harness.Set(Of("A", 1, 301));
        Assert.Equal([At(300), At(301)], harness.PutTo("Y").Select(s => s.Time));
    }

    [Fact]
    public void Stamps_never_go_back()
    {
        var harness = new EngineHarness(Wires());
        harness.Publish("out");
        harness.Set(Of("A", 1, 100), Of("B", 1, 100));
        harness.Set(Of("A", 2, 90));
        harness.Set(Of("A", 3, 110));
        Assert.Equal([At(100), At(100), At(110)], harness.PutTo("X").Select(s => s.Time));
        Assert.Equal(3, harness.Engine.Counters.Repeats);       // X once, Y twice: it is posted with the set of its sink
    }

    // A timing event: nothing computes with it.
    [Fact]
    public void A_leader_that_nothing_reads_makes_the_ticks_all_the_same()
    {
        var spec = Wires() with { Trigger = new(TriggerKind.Leader, Leader: "EVENT") };
        var source = (InterfaceModule)spec.Modules[0];
        var harness = new EngineHarness(spec with { Modules = spec.Modules.SetItem(0, source with { Variables = source.Variables.Add(Pv("EVENT")) }) });
        harness.Publish("out");
        Assert.Contains("EVENT (in)", harness.Engine.AwaitedInputs);
        harness.Set(Of("A", 1), Of("B", 1));
        harness.Set(Of("A", 2));
        Assert.Empty(harness.Records);
        harness.Set(Of("EVENT", 1));
        harness.Set(Of("EVENT", 2));
        Assert.Equal(2, harness.Records.Count);
        Assert.All(harness.Records, r => Assert.Equal((TickCause.Leader, "EVENT"), (r.Cause, r.CausedBy)));
        Assert.Equal([2.0, 1.0], harness.Records[0].Outputs.Select(o => o.Sample.Value.AsDouble()));
    }

    [Fact]
    public void A_leader_that_never_comes_is_awaited_and_nothing_is_emitted()
    {
        var harness = new EngineHarness(Wires() with { Trigger = new(TriggerKind.Leader, Leader: "A") });
        harness.Publish("out");
        harness.Set(PvUpdate.Disconnect("A", "not found"));
        harness.Set(Of("B", 1));
        Assert.Equal(["A (in): A: not found"], harness.Engine.AwaitedInputs);
        Assert.Empty(harness.Puts);
    }

    [Fact]
    public void The_least_time_between_two_ticks_counts_from_a_swap_too()
    {
        var spec = Wires() with { Trigger = new(TriggerKind.Any, TimeSpan.FromSeconds(1)) };
        var harness = new EngineHarness(spec);
        harness.Set(Of("A", 1), Of("B", 1));
        harness.AdvanceTo(harness.Ticks + 5000);
        harness.Send(EngineEvent.Swap(Plan.Build(spec, _ => null, TransformerRegistry.BuiltIn).OrThrow(), 2));
        var swapped = harness.Ticks;
        harness.AdvanceTo(swapped + 10);
        harness.Set(Of("A", 2));
        Assert.Equal(2, harness.Records.Count);
        harness.AdvanceTo(swapped + 1000);
        Assert.Equal(3, harness.Records.Count);
    }

    [Fact]
    public void Now_stamps_do_not_go_back_with_the_wall_clock()
    {
        var engine = new Engine(Plan.Build(Wires() with { Timestamp = StampRuleKind.Now }, _ => null, TransformerRegistry.BuiltIn).OrThrow(), new("test", TicksPerSecond: 1000));
        var effects = new EngineEffects();
        engine.Step(EngineEvent.Start, new(At(100), 1), effects);
        foreach (var (utc, ticks) in new[] { (100L, 2L), (90L, 3L), (95L, 4L), (101L, 5L) })
        {
            engine.Step(EngineEvent.OfSet("in", UpdateSet.Of(ticks, Of("A", ticks), Of("B", 1))), new(At(utc), ticks), effects);
            while (engine.HasWork)
                engine.Step(EngineEvent.Continue, new(At(utc), ticks), effects);
        }
        Assert.Equal([At(100), At(100), At(100), At(101)], engine.Records(9).Select(r => r.Outputs[0].Sample.Time));
        Assert.Equal([At(100), At(90), At(95), At(101)], engine.Records(9).Select(r => r.At));
    }
}
