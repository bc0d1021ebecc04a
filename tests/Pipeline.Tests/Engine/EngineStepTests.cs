using CsCheck;
using ModelManager.Configuration.Spec;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

/// <summary>Random events of every kind, in any order, with clocks that also go back: what holds after each step, and that the same events give the same effects.</summary>
public class EngineStepTests
{
    private enum Act { Set, Wait, ClockBack, Pause, Resume, Serve, Write, Off, Swap, AnswerModel, AnswerPut, RefusePut, Lease }

    private sealed record Move(Act What, double Value, int Number);

    // Updates and answers are most of it.
    private static readonly Gen<Move[]> Moves = Gen.Select(Gen.Int[0, 24], Gen.OneOf(Gen.Double[-9, 9], Gen.Const(double.NaN), Gen.Const(double.PositiveInfinity)), Gen.Int[0, 30],
        (act, value, number) => new Move(act < 13 ? (Act)act : act < 18 ? Act.Set : act < 21 ? Act.AnswerModel : act < 23 ? Act.AnswerPut : Act.Wait, value, number)).Array[1, 120];

    private static DeploymentSpec SpecOf(int variant) => Spec(
        Source("in", "inputs", Pv("A") with { Input = new(InvalidInputPolicy.Hold, TimeSpan.FromSeconds(0.02)) }, Pv("B") with { Input = new(variant % 2 == 0 ? InvalidInputPolicy.Skip : InvalidInputPolicy.Propagate) }),
        Transformer("before", "inputs", "model_inputs", Simple(["A", "B"], ("a", "A*2"), ("b", variant == 1 ? "A/B" : "B"))),
        Model("model", "model_inputs", "model_outputs"),
        Transformer("after", "model_outputs", "outputs", Renames(("Y", "y"), ("Z", "y"))),
        Sink("out", "outputs", Pv("Y") with { Output = new(Low: -20, High: 20, MaxStep: 5, MaxRate: TimeSpan.FromSeconds(0.01)) }, Pv("Z") with { Output = new(DeadBand: 0.5, OnInvalid: variant == 2 ? PvValue.Double(0) : null) })) with
    {
        Trigger = variant switch { 2 => new(TriggerKind.Leader, Leader: "B"), 3 => new(TriggerKind.Rate, TimeSpan.FromSeconds(0.015)), 4 => new(TriggerKind.Any, TimeSpan.FromSeconds(0.005)), _ => TriggerSpec.Any },
        Timestamp = variant == 4 ? StampRuleKind.Now : StampRuleKind.Newest,
    };

    private static Plan PlanOf(int variant) => Plan.Build(SpecOf(variant), _ => FunctionModel.Sum.Info, TransformerRegistry.BuiltIn).OrThrow();

    private static EngineHarness Harness(MailboxKind mailbox) =>
        new(SpecOf(0), FunctionModel.Sum, mailbox, o => o with { MailboxSets = 4, RecordBytes = 8 * 1024 }) { HoldModels = true, HoldPuts = true };

    private static void Do(EngineHarness harness, Move move, int generation)
    {
        var pv = move.Number % 2 == 0 ? "A" : "B";
        switch (move.What)
        {
            case Act.Set when move.Number == 1: harness.Set(PvUpdate.Disconnect(pv, "gone")); break;
            case Act.Set when move.Number < 6: harness.Set(Of("A", move.Value, 100 + move.Number), Of("B", -move.Value, 130 - move.Number)); break;
            case Act.Set: harness.Set(Of(pv, move.Value, 100 + move.Number)); break;
            case Act.Wait: harness.AdvanceTo(harness.Ticks + move.Number); break;
            case Act.ClockBack: harness.Ticks -= move.Number; break;
            case Act.Pause: harness.Send(EngineEvent.Pause); break;
            case Act.Resume: harness.Send(EngineEvent.Resume); break;
            case Act.Serve: harness.Publish("out"); break;
            case Act.Write: harness.Publish(); break;
            case Act.Off: harness.Send(EngineEvent.Publish(PublishState.Off)); break;
            case Act.Swap: harness.Send(EngineEvent.Swap(PlanOf(move.Number % 5), generation)); break;
            case Act.AnswerModel when harness.HeldModels.Count > 0: harness.AnswerModel(); break;
            case Act.AnswerPut when harness.HeldPuts.Count > 0: harness.AnswerPut(); break;
            case Act.RefusePut when harness.HeldPuts.Count > 0: harness.AnswerPut("refused"); break;
            case Act.Lease: harness.MayPublish = !harness.MayPublish; break;
            default: break;
        }
    }

    [Theory]
    [InlineData(MailboxKind.Latest)]
    [InlineData(MailboxKind.Every)]
    public void Whatever_comes_the_same_events_give_the_same_effects(MailboxKind mailbox) => Moves.Sample(moves =>
    {
        var harness = Harness(mailbox);
        foreach (var (i, move) in moves.Index())
            Do(harness, move, i + 2);
        var again = new Engine(PlanOf(0), new("test", Mailbox: mailbox, TicksPerSecond: 1000) { MailboxSets = 4, RecordBytes = 8 * 1024 });
        var effects = new EngineEffects();
        var log = new List<string>();
        foreach (var (what, time) in harness.Journal)
        {
            again.Step(what, time, effects);
            log.AddRange(effects.Span.ToArray().Select(EngineHarness.TextOf));
        }
        Assert.Equal(harness.Log, log);
        Assert.Equal(harness.Engine.Save(new(harness.Utc, harness.Ticks)), again.Save(new(harness.Utc, harness.Ticks)));
    }, iter: 300);

    [Theory]
    [InlineData(MailboxKind.Latest)]
    [InlineData(MailboxKind.Every)]
    public void Whatever_comes_ticks_have_no_gaps_and_puts_keep_to_the_rules(MailboxKind mailbox) => Moves.Sample(moves =>
    {
        var harness = Harness(mailbox);
        foreach (var (i, move) in moves.Index())
        {
            var (puts, may) = (harness.Puts.Count, harness.Engine.Publishes && harness.MayPublish || move.What is Act.Serve or Act.Write);
            Do(harness, move, i + 2);
            Assert.True(may && harness.MayPublish || harness.Puts.Count == puts);
            Assert.Equal(Enumerable.Range(1, harness.Records.Count).Select(n => (long)n), harness.Records.Select(r => r.Id.Sequence));
            Assert.Equal(harness.HeldPuts.SelectMany(p => p.Set.Updates).Count(), harness.HeldPuts.SelectMany(p => p.Set.Updates).Select(u => u.Name).Distinct().Count());
            Assert.True(harness.HeldModels.Count <= 1);
            Assert.InRange(harness.Engine.RecordBytes, 0, 8 * 1024);
        }
        foreach (var pv in new[] { "Y", "Z" })
        {
            var posted = harness.PutTo(pv);
            for (var i = 1; i < posted.Length; i++)
                Assert.True(posted[i].Time >= posted[i - 1].Time);
        }
        Assert.All(harness.PutTo("Y").Where(y => y.Alarm.Severity < AlarmSeverity.Invalid), y => Assert.InRange(y.Value.AsDouble(), -20, 20));
    }, iter: 300);
}
