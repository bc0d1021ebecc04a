using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class EngineSwapTests
{
    private static Plan PlanOf(DeploymentSpec spec, FunctionModel? model = null) => Plan.Build(spec, _ => model?.Info, TransformerRegistry.BuiltIn).OrThrow();

    [Fact]
    public void A_swap_waits_for_the_tick_in_flight_and_loses_nothing()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(Of("A", 10, 101));                       // waits
        harness.Send(EngineEvent.Swap(PlanOf(Line(), FunctionModel.Sum), 2));
        Assert.Equal(1, harness.Engine.Generation);
        harness.AnswerModel();
        Assert.Equal(2, harness.Engine.Generation);
        harness.AnswerModel();
        Assert.Equal([3.0, 12.0], harness.PutTo("Y").Select(s => s.Value.AsDouble()));
        Assert.Equal([1, 2], harness.Records.Select(r => r.Id.Generation));
        Assert.Equal([1L, 2L], harness.Records.Select(r => r.Id.Sequence));
        Assert.Equal(TickCause.Swap, harness.Records[1].Cause);
    }

    [Fact]
    public void Present_inputs_show_in_the_new_plan_at_once_and_new_ones_are_awaited()
    {
        var harness = new EngineHarness(Wires());
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        var next = Spec(
            Source("in", "inputs", Pv("A"), Pv("C")),
            Transformer("t", "inputs", "outputs", Simple(["A"], ("X", "A*100"))), Transformer("u", "inputs", "outputs", Renames(("Y", "C"))),
            Sink("out", "outputs", Pv("X"), Pv("Y")));
        harness.Send(EngineEvent.Swap(PlanOf(next), 2));
        Assert.Equal(100.0, harness.PutTo("X")[^1].Value.AsDouble());
        Assert.Equal(["C (in)"], harness.Engine.AwaitedInputs);
        Assert.Equal(PvValue.Double(2), harness.Output("Y").Sample.Value);       // what was posted last stands until there is more
        harness.Set(Of("C", 7, 102));
        Assert.Equal(7.0, harness.PutTo("Y")[^1].Value.AsDouble());
    }

    [Fact]
    public void Stamps_and_rules_of_outputs_go_on_across_a_swap()
    {
        var spec = Wires(v => v with { Output = new(MaxStep: 1) });
        var harness = new EngineHarness(spec);
        harness.Publish("out");
        harness.Set(Of("A", 1, 200), Of("B", 2));
        harness.Send(EngineEvent.Swap(PlanOf(spec), 2));
        harness.Set(Of("A", 9, 150));
        Assert.Equal((2.0, At(200)), (harness.PutTo("X")[^1].Value.AsDouble(), harness.PutTo("X")[^1].Time));
    }

    [Fact]
    public void A_stamp_does_not_go_back_across_a_swap_without_a_tick_of_its_own()
    {
        var harness = new EngineHarness(Wires(), mailbox: MailboxKind.Every);
        harness.Set(Of("A", 1, 200), Of("B", 2, 200));
        harness.Send(EngineEvent.Swap(PlanOf(Wires()), 2));
        harness.Set(Of("A", 3, 150), Of("B", 4, 150));
        Assert.All(harness.Records[1].Outputs, o => Assert.Equal(At(200), o.Sample.Time));
    }

    [Fact]
    public void With_every_a_swap_makes_no_tick_of_its_own()
    {
        var harness = new EngineHarness(Wires(), mailbox: MailboxKind.Every);
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Send(EngineEvent.Swap(PlanOf(Wires()), 2));
        Assert.Single(harness.Records);
        harness.Set(Of("A", 3));
        Assert.Equal(2, harness.Records.Count);
        Assert.Equal((3.0, 2.0), (harness.Records[1].Outputs[0].Sample.Value.AsDouble(), harness.Records[1].Outputs[1].Sample.Value.AsDouble()));
    }

    [Fact]
    public void A_swap_gives_a_lost_model_a_new_chance()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.AnswerModel(_ => new ModelAnswer([], [], Error: "never returned", IsLost: true));
        harness.Send(EngineEvent.Swap(PlanOf(Line(), FunctionModel.Sum), 2));
        harness.AnswerModel();
        Assert.Null(harness.Engine.Failure);
        Assert.Equal(3.0, harness.PutTo("Y")[^1].Value.AsDouble());
    }

    [Fact]
    public void A_swap_while_paused_is_done_and_makes_its_tick_on_resume()
    {
        var harness = new EngineHarness(Wires());
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Send(EngineEvent.Pause);
        harness.Send(EngineEvent.Swap(PlanOf(Wires()), 2));
        Assert.Equal(2, harness.Engine.Generation);
        Assert.Single(harness.Records);
        harness.Send(EngineEvent.Resume);
        Assert.Equal(2, harness.Records.Count);
    }

    // A PV that seldom changes sends nothing new: what was too old for the old spec must be judged by the new one.
    [Theory]
    [InlineData(null, false)]
    [InlineData(60.0, false)]
    [InlineData(0.2, true)]
    [InlineData(0.1, true)]
    public void An_input_that_was_too_old_is_judged_by_the_age_of_the_new_plan(double? maxAge, bool tooOld)
    {
        static DeploymentSpec Aged(double? seconds) => Wires(input: v => v with { Input = new(MaxAge: seconds is { } s ? TimeSpan.FromSeconds(s) : null) });
        var harness = new EngineHarness(Aged(0.1));
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.AdvanceTo(harness.Ticks + 1000);
        Assert.Equal(AlarmStatus.Timeout, harness.PutTo("X")[^1].Alarm.Status);
        harness.Send(EngineEvent.Swap(PlanOf(Aged(maxAge)), 2));
        Assert.Equal(tooOld ? AlarmStatus.Timeout : AlarmStatus.NoAlarm, harness.PutTo("X")[^1].Alarm.Status);
        Assert.Equal(1.0, harness.PutTo("X")[^1].Value.AsDouble());
    }
}
