using CsCheck;
using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

/// <summary>Random update sets: what must hold whatever comes.</summary>
public class EngineReplayTests
{
    private static readonly string[] Pvs = ["A", "B", "C"];

    private static readonly Gen<PvUpdate> Update = Gen.Select(OneOf(Pvs), Gen.OneOf(Gen.Double[-5, 5], OneOf(0.0, double.NaN, double.PositiveInfinity, -1.0)), Gen.Long[100, 140], Gen.Int[0, 9], Gen.Int[0, 3])
        .Select((pv, value, seconds, what, severity) => what switch
        {
            0 => PvUpdate.Disconnect(pv, "gone", At(seconds)),
            1 => PvUpdate.Of(pv, PvValue.String("text"), At(seconds)),
            2 => PvUpdate.Of(pv, PvValue.Array(new[] { value, 1.0, 2.0 }), At(seconds)),
            3 => new PvUpdate(pv, default, PvUpdateKind.Connected),
            _ => PvUpdate.Of(pv, PvValue.Double(value), At(seconds), severity == 3 ? new(AlarmSeverity.Major, AlarmStatus.HiHi, "HIHI") : Alarm.None),
        });

    private static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static readonly Gen<PvUpdate[][]> Sets = Update.Array[1, 3].Array[1, 40];

    private static DeploymentSpec Formulas => Spec(
        Source("in", "inputs", Pv("A"), Pv("B") with { Input = new(InvalidInputPolicy.Hold) }, Pv("C") with { Input = new(MaxAge: TimeSpan.FromSeconds(0.05)) }),
        Transformer("t", "inputs", "outputs", Simple(["A", "B", "C"], ("S", "A+B"), ("Q", "A/B"), ("D", "A"), ("R", "sqrt(C)*2"), ("K", "1.5"))),
        Sink("out", "outputs", Pv("S") with { Output = new(DeadBand: 0.1) }, Pv("Q") with { Output = new(Low: -3, High: 3, MaxStep: 2) }, Pv("D"), Pv("R") with { Output = new(MaxRate: TimeSpan.FromSeconds(0.02)) }, Pv("K")));

    private static EngineHarness Feed(EngineHarness harness, PvUpdate[][] sets)
    {
        harness.Publish("out");
        foreach (var set in sets)
        {
            harness.Set(set);
            harness.AdvanceTo(harness.Ticks + 7);
        }
        return harness;
    }

    [Fact]
    public void Recorded_events_replayed_give_the_same_puts_bit_for_bit() => Sets.Sample(sets =>
    {
        var first = Feed(new EngineHarness(Formulas), sets);
        var again = new Engine(Plan.Build(Formulas, _ => null, TransformerRegistry.BuiltIn).OrThrow(), new("test", TicksPerSecond: 1000));
        var effects = new EngineEffects();
        var puts = new List<UpdateSet>();
        foreach (var (what, time) in first.Journal)
        {
            again.Step(what, time, effects);
            foreach (var effect in effects.Span)
                if (effect.Kind == EffectKind.Put)
                    puts.Add(effect.Set);
        }
        Assert.Equal(first.Puts.Count, puts.Count);
        for (var i = 0; i < puts.Count; i++)
            Assert.Equal(first.Puts[i].Set.Updates, puts[i].Updates);
        Assert.Equal(first.Engine.Outputs, again.Outputs);
    }, iter: 200);

    [Fact]
    public void Evaluating_what_changed_gives_the_same_as_evaluating_everything() => Sets.Sample(sets =>
    {
        var spec = Spec(
            Source("in", "inputs", Pv("A"), Pv("B"), Pv("C")),
            Transformer("t", "inputs", "outputs", Simple(["A", "B", "C"], ("S", "A+B"), ("Q", "A/B"), ("D", "A"), ("R", "sqrt(C)*2"), ("K", "1.5"))),
            Sink("out", "outputs", Pv("S"), Pv("Q"), Pv("D"), Pv("R"), Pv("K")));
        var harness = Feed(new EngineHarness(spec), sets);
        var all = new NodeEvaluator(TransformerRegistry.BuiltIn.Create(((TransformerModule)spec.Modules[1]).Transformer, [])!);
        foreach (var record in harness.Records)
        {
            var expected = all.Evaluate([.. record.Inputs.Select(i => i.Sample)]);
            Assert.Equal(expected.Select(e => (e.Value, e.Alarm)), record.Outputs.Select(o => (o.Sample.Value, o.Sample.Alarm)));
        }
    }, iter: 200);

    [Fact]
    public void Stamps_of_an_output_never_go_back_and_nan_is_never_valid() => Sets.Sample(sets =>
    {
        var harness = Feed(new EngineHarness(Formulas), sets);
        foreach (var pv in new[] { "S", "Q", "D", "R", "K" })
        {
            var posted = harness.PutTo(pv);
            for (var i = 1; i < posted.Length; i++)
                Assert.True(posted[i].Time >= posted[i - 1].Time);
            Assert.All(posted, s => Assert.True(s.Alarm.Severity == AlarmSeverity.Invalid || s.Value.Kind != PvKind.None && !(s.Value.Kind == PvKind.Float64 && double.IsNaN(s.Value.AsDouble()))));
        }
        Assert.All(harness.PutTo("Q").Where(s => s.Value.Kind == PvKind.Float64 && !double.IsNaN(s.Value.AsDouble())), s => Assert.InRange(s.Value.AsDouble(), -3, 3));
    }, iter: 200);

    [Fact]
    public void Merging_while_busy_ends_in_the_same_state_as_no_merging() => Sets.Sample(sets =>
    {
        PvSample Last(bool busy)
        {
            var harness = new EngineHarness(Line(), FunctionModel.Sum) { HoldModels = busy };
            harness.Publish("out");
            foreach (var set in sets)
                harness.Set(set);
            while (harness.HeldModels.Count > 0)
                harness.AnswerModel();
            return harness.Output("Y").Sample with { ReceivedTicks = 0, Time = default };
        }

        Assert.Equal(Last(busy: false), Last(busy: true));
    }, iter: 200);
}
