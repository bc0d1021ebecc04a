using ModelManager.Models;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

/// <summary>One bad thing concerns the outputs that depend on it and nothing else.</summary>
public class EngineFaultTests
{
    [Fact]
    public void A_disconnect_makes_dependents_invalid_and_names_the_pv()
    {
        var harness = new EngineHarness(Wires());
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(PvUpdate.Disconnect("A", "IOC gone", At(200)));
        var x = harness.PutTo("X")[^1];
        Assert.True(x.Value.IsNone);
        Assert.Equal(Alarm.Invalid(AlarmStatus.Comm, "A: IOC gone"), x.Alarm);
        Assert.Equal(Alarm.None, harness.PutTo("Y")[^1].Alarm);
        Assert.Equal((TickCause.Disconnect, "A"), (harness.Records[^1].Cause, harness.Records[^1].CausedBy));

        harness.Set(Of("A", 5, 201));
        Assert.Equal(PvValue.Double(5), harness.PutTo("X")[^1].Value);
        Assert.Equal(Alarm.None, harness.PutTo("X")[^1].Alarm);
    }

    [Fact]
    public void A_disconnected_input_of_the_model_fails_it_without_a_call()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum);
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(PvUpdate.Disconnect("B", "gone"));
        Assert.Equal(1, harness.Evaluations);
        Assert.Equal("B: gone", harness.PutTo("Y")[^1].Alarm.Message);
        Assert.Equal("B: gone", harness.Engine.LastError);
    }

    [Fact]
    public void A_pv_that_never_comes_is_awaited_with_its_reason_and_others_go_on()
    {
        var harness = new EngineHarness(Wires());
        harness.Publish("out");
        harness.Set(PvUpdate.Disconnect("A", "not found on the network"));
        harness.Set(Of("B", 2));
        Assert.Equal(["A (in): A: not found on the network"], harness.Engine.AwaitedInputs);
        Assert.Empty(harness.PutTo("X"));
        Assert.Equal(2.0, Assert.Single(harness.PutTo("Y")).Value.AsDouble());
        Assert.Equal(AlarmStatus.Udf, harness.Output("X").Sample.Alarm.Status);
        Assert.False(harness.Output("X").Arrived);
    }

    [Fact]
    public void A_connect_clears_the_reason_and_makes_no_tick()
    {
        var harness = new EngineHarness(Wires());
        harness.Set(PvUpdate.Disconnect("A", "gone"));
        harness.Set(new PvUpdate("A", default, PvUpdateKind.Connected));
        Assert.Equal(["A (in)", "B (in)"], harness.Engine.AwaitedInputs);
        Assert.Empty(harness.Records);
    }

    [Fact]
    public void A_model_that_throws_makes_its_outputs_invalid_with_the_reason_and_recovers()
    {
        var harness = new EngineHarness(Line(), new FunctionModel(["a", "b"], ["y"], x => x[0] < 0 ? throw new ModelException("a is negative") : [x[0] + x[1]]));
        harness.Publish("out");
        harness.Set(Of("A", -1), Of("B", 2));
        Assert.Equal(Alarm.Invalid(AlarmStatus.Soft, "model 'test model': a is negative"), harness.PutTo("Y")[0].Alarm);
        Assert.True(harness.PutTo("Y")[0].Value.IsNone);
        harness.Set(Of("A", 1, 101));
        Assert.Equal(3.0, harness.PutTo("Y")[1].Value.AsDouble());
        Assert.Equal(Alarm.None, harness.PutTo("Y")[1].Alarm);
    }

    [Fact]
    public void A_model_that_gives_nan_or_nothing_makes_that_output_invalid_only()
    {
        var model = new FunctionModel(["a", "b"], ["y", "z", "w"], x => [double.NaN, x[0]]);
        var harness = new EngineHarness(Spec(
            Source("in", "inputs", Pv("a"), Pv("b")), Model("model", "inputs", "results"), Sink("out", "results", Pv("y"), Pv("z"), Pv("w"))), model);
        harness.Publish("out");
        harness.Set(Of("a", 1), Of("b", 2));
        Assert.Equal(Alarm.Invalid(AlarmStatus.Calc, "y is NaN"), harness.PutTo("y")[0].Alarm);
        Assert.Equal(Alarm.None, harness.PutTo("z")[0].Alarm);
        Assert.Equal(Alarm.Invalid(AlarmStatus.Udf, "model 'test model' gave no value for 'w'"), harness.PutTo("w")[0].Alarm);
    }

    [Fact]
    public void A_model_that_never_returned_is_not_called_again_and_the_failure_is_told()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.AnswerModel(_ => new ModelAnswer([], [], Error: "model 'test model' did not return within 30 s", IsLost: true));
        harness.Set(Of("A", 2));
        Assert.Equal(1, harness.Evaluations);
        Assert.All(harness.PutTo("Y"), y => Assert.Equal("model 'test model' did not return within 30 s", y.Alarm.Message));
        Assert.Equal(2, harness.PutTo("Y").Length);
        Assert.Equal("model 'test model' did not return within 30 s", harness.Engine.Failure);
    }

    [Fact]
    public void Findings_of_the_model_are_minor_alarms_of_the_outputs_they_concern()
    {
        var harness = new EngineHarness(Spec(
            Source("in", "inputs", Pv("a"), Pv("b")), Model("model", "inputs", "results"), Sink("out", "results", Pv("y"), Pv("z"))), new FunctionModel(["a", "b"], ["y", "z"], x => x))
        { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("a", 1), Of("b", 2));
        harness.AnswerModel(_ => new ModelAnswer([.. Doubles(1, 2)], [new("z", "z is out of range")]));
        Assert.Equal([Alarm.None, new Alarm(AlarmSeverity.Minor, AlarmStatus.Soft, "z is out of range")], new[] { "y", "z" }.Select(p => harness.PutTo(p)[^1].Alarm));
        harness.Set(Of("a", 1, 101));
        harness.AnswerModel(_ => new ModelAnswer([.. Doubles(1, 2)], [new("a", "7 is outside 0..5")]));
        Assert.All(new[] { "y", "z" }, p => Assert.Equal(new Alarm(AlarmSeverity.Minor, AlarmStatus.Soft, "a: 7 is outside 0..5"), harness.PutTo(p)[^1].Alarm));
    }

    [Fact]
    public void The_alarm_of_an_input_goes_through_the_model_and_names_the_pv()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum);
        harness.Publish("out");
        harness.Set(Of("A", 1), PvUpdate.Of("B", PvValue.Double(2), At(101), new(AlarmSeverity.Major, AlarmStatus.HiHi, "HIHI")));
        Assert.Equal(new Alarm(AlarmSeverity.Major, AlarmStatus.HiHi, "B: HIHI"), harness.PutTo("Y")[0].Alarm);
        harness.Set(PvUpdate.Of("B", PvValue.Double(2), At(102), new(AlarmSeverity.Invalid, AlarmStatus.Read, null)));
        Assert.Equal(new Alarm(AlarmSeverity.Invalid, AlarmStatus.Read, "B: Invalid Read"), harness.PutTo("Y")[1].Alarm);
        Assert.Equal(3.0, harness.PutTo("Y")[1].Value.AsDouble());
    }

    [Fact]
    public void Nan_from_a_pv_is_invalid_and_names_it()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum);
        harness.Publish("out");
        harness.Set(Of("A", double.NaN), Of("B", 2));
        Assert.Equal("A is NaN", harness.PutTo("Y")[0].Alarm.Message);
        Assert.Equal(AlarmSeverity.Invalid, harness.PutTo("Y")[0].Alarm.Severity);
    }

    [Fact]
    public void An_infinity_is_a_value()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum);
        harness.Publish("out");
        harness.Set(Of("A", double.PositiveInfinity), Of("B", 2));
        Assert.Equal(PvValue.Double(double.PositiveInfinity), harness.PutTo("Y")[0].Value);
        Assert.Equal(Alarm.None, harness.PutTo("Y")[0].Alarm);
    }

    [Fact]
    public void A_plug_in_that_throws_concerns_its_own_outputs()
    {
        var spec = Spec(
            Source("in", "inputs", Pv("a"), Pv("b")),
            Transformer("bad", "inputs", "outputs", new Configuration.Spec.PluginTransformerSpec("Throwing", ["a"], ["t"], "", Here)),
            Transformer("good", "inputs", "outputs", Renames(("Y", "b"))),
            Sink("out", "outputs", Pv("t"), Pv("Y")));
        var plan = Plan.Build(spec, _ => null, new TransformerRegistry(new ThrowingFactory())).OrThrow();
        var engine = new Engine(plan, new("test", TicksPerSecond: 1000));
        var effects = new EngineEffects();
        engine.Step(EngineEvent.Start, new(At(1), 1), effects);
        engine.Step(EngineEvent.OfSet("in", UpdateSet.Of(1, Of("a", 1), Of("b", 2))), new(At(2), 2), effects);
        var record = engine.LastTick();
        Assert.Equal(Alarm.Invalid(AlarmStatus.Soft, "module 'bad': it broke"), record.Outputs[0].Sample.Alarm);
        Assert.Equal(PvValue.Double(2), record.Outputs[1].Sample.Value);
    }

    [Fact]
    public void Answers_to_another_tick_are_ignored()
    {
        var harness = new EngineHarness(Line(), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Send(EngineEvent.ModelDone("model", 99, new ModelAnswer([.. Doubles(1)], [])));
        harness.Send(EngineEvent.ModelDone("other", 1, new ModelAnswer([.. Doubles(1)], [])));
        Assert.Empty(harness.Records);
        harness.AnswerModel();
        Assert.Equal(3.0, harness.PutTo("Y")[0].Value.AsDouble());
    }
}
