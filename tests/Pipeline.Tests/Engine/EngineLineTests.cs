using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class EngineLineTests
{
    [Fact]
    public void Nothing_is_emitted_before_every_input_arrived_and_then_everything_once()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum);
        harness.Publish("out");
        Assert.Equal(["A (in)", "B (in)"], harness.Engine.AwaitedInputs);

        harness.Set(Of("A", 1, 100));
        Assert.Equal(["B (in)"], harness.Engine.AwaitedInputs);
        Assert.Empty(harness.Puts);
        Assert.Equal(0, harness.Evaluations);
        Assert.Equal(AlarmStatus.Udf, harness.Output("Y").Sample.Alarm.Status);

        harness.Set(Of("B", 2, 101));
        var put = Assert.Single(harness.PutTo("Y"));
        Assert.Equal(3.0, put.Value.AsDouble());
        Assert.Equal(At(101), put.Time);
        Assert.Equal(AlarmSeverity.NoAlarm, put.Alarm.Severity);
        Assert.Empty(harness.Engine.AwaitedInputs);
    }

    [Fact]
    public void What_arrived_before_the_first_run_counts_though_other_ticks_came_between()
    {
        var harness = new EngineHarness(Spec(
            Source("in", "inputs", Pv("A"), Pv("B"), Pv("C")),
            Transformer("sum", "inputs", "outputs", Simple(["A", "B"], ("S", "A+B"))), Transformer("other", "inputs", "outputs", Renames(("T", "C"))),
            Sink("out", "outputs", Pv("S"), Pv("T"))));
        harness.Publish("out");
        harness.Set(Of("A", 1));
        harness.Set(Of("C", 7));
        harness.Set(Of("B", 2));
        Assert.Equal(3.0, Assert.Single(harness.PutTo("S")).Value.AsDouble());
        Assert.Equal(2, harness.Records.Count);
    }

    [Fact]
    public void A_set_is_applied_whole_and_makes_one_tick()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum);
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(Of("A", 10), Of("B", 20));
        Assert.Equal([3.0, 30.0], harness.PutTo("Y").Select(s => s.Value.AsDouble()));
        Assert.Equal(2, harness.Evaluations);
    }

    [Fact]
    public void While_the_model_is_busy_sets_merge_per_pv_and_are_counted()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(Of("A", 10));
        harness.Set(Of("B", 20));
        harness.Set(Of("A", 100));
        harness.AnswerModel();
        harness.AnswerModel();
        Assert.Equal([3.0, 120.0], harness.PutTo("Y").Select(s => s.Value.AsDouble()));
        Assert.Equal(2, harness.Engine.Counters.Merged);
        Assert.Equal(2, harness.Records[1].Merged);
        Assert.Equal(3, harness.Records[1].Sets);
    }

    [Fact]
    public void Ticks_are_numbered_without_gaps_and_tell_their_cause()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum);
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(Of("A", 3));
        Assert.Equal([new TickId("test", 1, 1, 1), new TickId("test", 1, 1, 2)], harness.Records.Select(r => r.Id));
        Assert.All(harness.Records, r => Assert.Equal((TickCause.Update, "in"), (r.Cause, r.CausedBy)));
        Assert.Equal("test#1.1.2", harness.Records[1].Id.ToString());
        Assert.Equal(["d1"], harness.Records[1].ModelDigests);
    }
}
