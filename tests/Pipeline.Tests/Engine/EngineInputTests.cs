using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class EngineInputTests
{
    private static EngineHarness Harness(InvalidInputPolicy policy, double? maxAge = null, double? @default = null, TriggerSpec? trigger = null)
    {
        var harness = new EngineHarness(Wires(input: v => v.Key == "A"
            ? v with { Input = new(policy, maxAge is { } s ? TimeSpan.FromSeconds(s) : null), Default = @default is { } d ? PvValue.Double(d) : default }
            : v) with
        { Trigger = trigger ?? TriggerSpec.Any });
        harness.Publish("out");
        return harness;
    }

    [Fact]
    public void Hold_goes_on_with_the_last_valid_value()
    {
        var harness = Harness(InvalidInputPolicy.Hold);
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(PvUpdate.Disconnect("A", "gone", At(150)));
        var x = harness.PutTo("X")[^1];
        Assert.Equal((PvValue.Double(1), AlarmSeverity.Minor, "A: gone; its last value is held", At(100)), (x.Value, x.Alarm.Severity, x.Alarm.Message, x.Time));
    }

    [Fact]
    public void Hold_holds_what_came_last_even_when_it_waits()
    {
        var harness = new EngineHarness(Line(v => v with { Input = new(InvalidInputPolicy.Hold) }), FunctionModel.Sum) { HoldModels = true };
        harness.Publish("out");
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(Of("A", 5));
        harness.Set(PvUpdate.Disconnect("A", "gone"));
        harness.AnswerModel();
        harness.AnswerModel();
        Assert.Equal(7.0, harness.PutTo("Y")[^1].Value.AsDouble());
    }

    [Fact]
    public void Default_stands_in_also_for_a_pv_that_was_never_there()
    {
        var harness = Harness(InvalidInputPolicy.Default, @default: 9);
        harness.Set(PvUpdate.Disconnect("A", "not found"));
        var x = Assert.Single(harness.PutTo("X"));
        Assert.Equal((PvValue.Double(9), AlarmSeverity.Minor, "A: not found; its default is used"), (x.Value, x.Alarm.Severity, x.Alarm.Message));
    }

    [Fact]
    public void Skip_makes_no_tick_and_changes_nothing()
    {
        var harness = Harness(InvalidInputPolicy.Skip);
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(Of("A", double.NaN));
        harness.Set(PvUpdate.Disconnect("A", "gone"));
        Assert.Single(harness.Records);
        Assert.Equal(PvValue.Double(1), harness.Engine.Inputs[0].Sample.Value);
    }

    [Theory]
    [InlineData(InvalidInputPolicy.Propagate, AlarmSeverity.Invalid, "A: no update for more than 0.5 s")]
    [InlineData(InvalidInputPolicy.Hold, AlarmSeverity.Minor, "A: no update for more than 0.5 s; its last value is held")]
    [InlineData(InvalidInputPolicy.Skip, AlarmSeverity.Invalid, "A: no update for more than 0.5 s")]
    public void An_input_that_grows_too_old_makes_a_tick_by_the_clock(InvalidInputPolicy policy, AlarmSeverity severity, string message)
    {
        var harness = Harness(policy, maxAge: 0.5);
        harness.Set(Of("A", 1), Of("B", 2));
        var start = harness.Ticks;
        harness.AdvanceTo(start + 500);
        Assert.Single(harness.Records);
        harness.AdvanceTo(start + 501);
        Assert.Equal(2, harness.Records.Count);
        Assert.Equal((TickCause.MaxAge, "A"), (harness.Records[1].Cause, harness.Records[1].CausedBy));
        var x = harness.PutTo("X")[^1];
        Assert.Equal((PvValue.Double(1), severity, message), (x.Value, x.Alarm.Severity, x.Alarm.Message));
        Assert.Equal(AlarmStatus.Timeout, x.Alarm.Status);

        // Told once; a new value heals it and the clock runs anew.
        harness.AdvanceTo(start + 5000);
        Assert.Equal(2, harness.Records.Count);
        harness.Set(Of("A", 3, 120));
        Assert.Equal(Alarm.None, harness.PutTo("X")[^1].Alarm);
        harness.AdvanceTo(start + 5501);
        Assert.Equal(4, harness.Records.Count);
    }

    [Fact]
    public void Each_input_is_told_once_for_its_age()
    {
        var harness = new EngineHarness(Wires(input: v => v with { Input = new(MaxAge: TimeSpan.FromSeconds(v.Key == "A" ? 0.1 : 0.2)) }));
        harness.Set(Of("A", 1), Of("B", 2));
        harness.AdvanceTo(harness.Ticks + 1000);
        Assert.Equal(["A", "B"], harness.Records.Skip(1).Select(r => r.CausedBy));
        Assert.All(harness.Records[^1].Outputs, o => Assert.Equal(AlarmStatus.Timeout, o.Sample.Alarm.Status));
    }

    [Fact]
    public void Age_counts_from_arrival_not_from_the_stamp()
    {
        var harness = Harness(InvalidInputPolicy.Propagate, maxAge: 0.5);
        harness.Set(PvUpdate.Of("A", PvValue.Double(1), At(1), receivedTicks: harness.Ticks - 400), Of("B", 2));
        var start = harness.Ticks;
        harness.AdvanceTo(start + 100);
        Assert.Single(harness.Records);
        harness.AdvanceTo(start + 101);
        Assert.Equal(2, harness.Records.Count);
    }

    [Fact]
    public void Metadata_is_kept_until_it_changes()
    {
        var meta = new PvMeta { Units = "mm", Version = 1 };
        var harness = Harness(InvalidInputPolicy.Propagate);
        harness.Set(PvUpdate.Of("A", PvValue.Double(1), At(1), meta: meta), Of("B", 2));
        harness.Set(Of("A", 2));
        Assert.Same(meta, harness.PutTo("X")[^1].Meta);
    }

    [Theory]
    [InlineData("", "mm", "m", "A is in 'mm', but it is taken to be in 'm'")]        // through the rename to the model's input
    [InlineData("kG", "mm", "m", "A is in 'mm', but it is taken to be in 'kG'")]     // the spec's word comes first
    [InlineData("", "m", "m", null)]
    [InlineData("", "", "m", null)]
    [InlineData("", "mm", "", null)]
    public void Units_that_the_pv_tells_are_compared(string spec, string pv, string model, string? finding)
    {
        var harness = new EngineHarness(Line(v => v with { Units = spec }), new FunctionModel(["a", "b"], ["y"], x => x[..1], units: model));
        harness.Set(PvUpdate.Of("A", PvValue.Double(1), At(1), meta: new PvMeta { Units = pv }));
        if (finding is null)
            Assert.Empty(harness.Engine.UnitFindings);
        else
            Assert.StartsWith(finding, Assert.Single(harness.Engine.UnitFindings));
    }

    [Fact]
    public void A_variable_that_nothing_reads_is_shown_and_makes_no_tick()
    {
        var spec = Wires();
        var source = (InterfaceModule)spec.Modules[0];
        var harness = new EngineHarness(spec with { Modules = spec.Modules.SetItem(0, source with { Variables = source.Variables.Add(Pv("C")) }) });
        harness.Set(Of("A", 1), Of("B", 2));
        harness.Set(Of("C", 7), Of("unknown", 8));
        Assert.Single(harness.Records);
        Assert.Equal(PvValue.Double(7), harness.Engine.Inputs[2].Sample.Value);
        Assert.Empty(harness.Engine.AwaitedInputs);
    }

    [Fact]
    public void Two_variables_may_name_one_pv()
    {
        var spec = Spec(
            Source("in", "inputs", new PvVariable("first", "PV", Here), new PvVariable("second", "PV", Here)),
            Transformer("t", "inputs", "outputs", Renames(("X", "first"), ("Y", "second"))), Sink("out", "outputs", Pv("X"), Pv("Y")));
        var harness = new EngineHarness(spec);
        harness.Set(Of("PV", 4));
        Assert.Equal([4.0, 4.0], harness.Records.Single().Outputs.Select(o => o.Sample.Value.AsDouble()));
    }

    [Fact]
    public void An_input_that_is_skipped_before_it_came_is_awaited_with_its_reason()
    {
        var harness = Harness(InvalidInputPolicy.Skip);
        harness.Set(PvUpdate.Disconnect("A", "not found"), Of("B", 2));
        Assert.Equal(["A (in): A: not found"], harness.Engine.AwaitedInputs);
        harness.Set(Of("A", 1));
        Assert.Empty(harness.Engine.AwaitedInputs);
    }
}
