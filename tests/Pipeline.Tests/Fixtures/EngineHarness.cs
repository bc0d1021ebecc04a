using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors;
using ModelManager.Models;
using ModelManager.Values;

namespace ModelManager.Pipeline.Tests;

/// <summary>An engine with its surroundings on the test's own thread and clock (1,000 ticks a second): models answer at once or when told, puts likewise.</summary>
internal sealed class EngineHarness
{
    private readonly Dictionary<string, IModel> _models = [];
    private readonly EngineEffects _effects = new();
    private readonly Queue<EngineEvent> _answers = new();
    private long _setId;

    public EngineHarness(DeploymentSpec spec, IModel? model = null, MailboxKind mailbox = MailboxKind.Latest, Func<EngineOptions, EngineOptions>? options = null, bool start = true)
    {
        foreach (var module in spec.Models)
            _models[module.Key] = model!;
        Plan = Plan.Build(spec, key => _models.GetValueOrDefault(key)?.Info, TransformerRegistry.BuiltIn).OrThrow();
        var settings = new EngineOptions("test", Mailbox: mailbox, TicksPerSecond: 1000);
        Engine = new Engine(Plan, options is null ? settings : options(settings));
        if (start)
            Start();
    }

    public Plan Plan { get; }
    public Engine Engine { get; }
    public long Ticks { get; set; } = 1_000_000;
    public PvTime Utc => new(5000 + Ticks / 1000, (int)(Ticks % 1000) * 1_000_000);
    public bool MayPublish { get; set; } = true;

    public bool HoldModels { get; set; }
    public bool HoldPuts { get; set; }
    public List<Effect> HeldModels { get; } = [];
    public List<Effect> HeldPuts { get; } = [];
    public List<Effect> Nodes { get; } = [];

    /// <summary>Every set that was put, in order.</summary>
    public List<(string Sink, UpdateSet Set)> Puts { get; } = [];
    public List<(string Source, bool Paused)> Pauses { get; } = [];
    public List<TickRecord> Records { get; } = [];
    public List<(EngineEvent Event, EngineTime Time)> Journal { get; } = [];

    /// <summary>Every effect as text, in order.</summary>
    public List<string> Log { get; } = [];
    public long? TimerAt { get; private set; }
    public bool IsStopped { get; private set; }
    public int Evaluations { get; private set; }

    /// <summary>All samples that were put to a PV, in order.</summary>
    public PvSample[] PutTo(string pv) => [.. Puts.SelectMany(p => p.Set.Updates).Where(u => u.Name == pv).Select(u => u.Sample)];

    public PvReading Output(string pv) => Engine.Outputs.Single(o => o.PvName == pv);

    public void Start() => Send(EngineEvent.Start);

    public void Publish(params string[] serving) => Send(EngineEvent.Publish(new PublishState(true, [.. serving])));

    public void Set(params PvUpdate[] updates) => SetOf("in", updates);

    public void SetOf(string source, params PvUpdate[] updates) => Send(EngineEvent.OfSet(source, new UpdateSet(++_setId, [.. updates])));

    public void AdvanceTo(long ticks)
    {
        while (TimerAt is { } due && due <= ticks)
        {
            Ticks = Math.Max(Ticks, due);
            TimerAt = null;
            Send(EngineEvent.Timer);
        }
        Ticks = ticks;
    }

    public void Send(EngineEvent what)
    {
        Step(what);
        while (true)
        {
            if (_answers.TryDequeue(out var answer))
                Step(answer);
            else if (Engine.HasWork)
                Step(EngineEvent.Continue);
            else
                break;
        }
    }

    public void AnswerModel(Func<PvValue[], ModelAnswer>? answer = null)
    {
        var effect = HeldModels[0];
        HeldModels.RemoveAt(0);
        Send(EngineEvent.ModelDone(effect.Key, effect.Number, answer?.Invoke((PvValue[])effect.Payload!) ?? Evaluate(effect)));
    }

    public void AnswerPut(string? refusal = null)
    {
        var effect = HeldPuts[0];
        HeldPuts.RemoveAt(0);
        Send(EngineEvent.PutDone(effect.Key, effect.Set, Outcomes(effect.Set, refusal)));
    }

    private void Step(EngineEvent what)
    {
        var now = new EngineTime(Utc, Ticks, MayPublish);
        Journal.Add((Copy(what), now));
        Engine.Step(what, now, _effects);
        foreach (var effect in _effects.Span.ToArray())
        {
            Log.Add(TextOf(effect));
            CarryOut(effect);
        }
    }

    public static string TextOf(Effect effect) => string.Join(' ', [
        $"{effect.Kind} {effect.Key} {effect.Number}",
        .. effect.Set.Updates.IsDefault ? [] : effect.Set.Updates.Select(u => $"{u.Name}={PvText.Format(u.Sample.Value)} {u.Sample.Alarm} {u.Sample.Time} {u.Sample.ReceivedTicks};"),
        .. effect.Payload is PvValue[] values ? values.Select(v => PvText.Format(v)) : []]);

    private void CarryOut(Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.EvaluateModel:
                Evaluations++;
                if (HoldModels)
                    HeldModels.Add(effect);
                else
                    _answers.Enqueue(EngineEvent.ModelDone(effect.Key, effect.Number, Evaluate(effect)));
                break;
            case EffectKind.EvaluateNode:
                Nodes.Add(effect);
                break;
            case EffectKind.Put:
                Puts.Add((effect.Key, effect.Set));
                if (HoldPuts)
                    HeldPuts.Add(effect);
                else
                    _answers.Enqueue(EngineEvent.PutDone(effect.Key, effect.Set, Outcomes(effect.Set, null)));
                break;
            case EffectKind.ArmTimer:
                TimerAt = effect.Number;
                break;
            case EffectKind.PauseSource or EffectKind.ResumeSource:
                Pauses.Add((effect.Key, effect.Kind == EffectKind.PauseSource));
                break;
            case EffectKind.TickFinished:
                Records.Add(Engine.LastTick());
                break;
            case EffectKind.Stopped:
                IsStopped = true;
                break;
        }
    }

    private ModelAnswer Evaluate(Effect effect)
    {
        var model = _models[effect.Key];
        var outputs = new PvValue[model.Info.Outputs.Length];
        var warnings = new List<ModelWarning>();
        try
        {
            model.Evaluate((PvValue[])effect.Payload!, outputs, warnings);
            return new(outputs, warnings);
        }
        catch (Exception error)
        {
            return new([], [], Error: error.Message);
        }
    }

    private static ImmutableArray<PutOutcome> Outcomes(UpdateSet set, string? refusal) => [.. set.Updates.Select(u => new PutOutcome(u.Name, refusal))];

    // Answers use their arrays again; what is replayed must not change afterwards.
    private static EngineEvent Copy(EngineEvent what) =>
        what.Payload is ModelAnswer answer ? what with { Payload = answer with { Outputs = [.. answer.Outputs], Warnings = [.. answer.Warnings] } } : what;
}
