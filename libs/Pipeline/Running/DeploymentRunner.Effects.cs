using System.Collections.Immutable;
using ModelManager.Connectors;
using ModelManager.Values;

namespace ModelManager.Pipeline;

// Carrying out what the engine wants. Runs on the thread that drains the mailbox; nothing here waits.
public sealed partial class DeploymentRunner
{
    private Dictionary<string, RunnerModelCall> _calls = [];
    private ITimer? _timer;

    private void UseModels(Plan plan, DeploymentModels models) => _calls = CallsOf(plan, models);

    private Dictionary<string, RunnerModelCall> CallsOf(Plan plan, DeploymentModels models) =>
        plan.Nodes.Where(n => n.Model is not null).ToDictionary(n => n.Key, n => new RunnerModelCall(this, n.Key, models[n.Key]!));

    private void CarryOut(in Effect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.EvaluateModel:
                var call = _calls[effect.Key];
                call.Prepare((PvValue[])effect.Payload!, effect.Number);
                _services.Models.Submit(call);
                break;
            case EffectKind.EvaluateNode:
                EvaluateNode(effect.Key, effect.Number, (PvSample[])effect.Payload!);
                break;
            case EffectKind.Put:
                Put(effect.Key, effect.Set);
                break;
            case EffectKind.ArmTimer:
                ArmTimer(effect.Number);
                break;
            case EffectKind.PauseSource:
                PortOf(effect.Key)?.Pause();
                break;
            case EffectKind.ResumeSource:
                PortOf(effect.Key)?.Resume();
                break;
            case EffectKind.TickFinished:
                TickFinished();
                break;
            case EffectKind.Swapped:
                _swapped?.Invoke();
                break;
            case EffectKind.Stopped:
                _engineStopped.TrySetResult();
                break;
            default:
                break;
        }
    }

    private SourcePort? PortOf(string key) => Array.Find(_ports, p => p.Key == key);

    private void ArmTimer(long due)
    {
        if (_ended.IsCancellationRequested)
            return;
        _timer ??= _services.Time.CreateTimer(static runner => ((DeploymentRunner)runner!).Enqueue(EngineEvent.Timer), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var wait = _services.Time.GetElapsedTime(_services.Time.GetTimestamp(), due);
        // Timers count whole milliseconds; one that rings early finds nothing due and would ring again.
        _timer.Change(wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds), uint.MaxValue - 2)), Timeout.InfiniteTimeSpan);
    }

    private void Put(string sink, in UpdateSet set)
    {
        if (Array.Find(_sinks, s => s.Key == sink) is not { } port)
        {
            Answer(sink, set, SinkPort.Refuse(set, "its interface is closed"));
            return;
        }
        if (!_services.Gate.MayPublish)
        {
            Answer(sink, set, SinkPort.Refuse(set, "no publish lease"));
            return;
        }
        ValueTask<ImmutableArray<PutOutcome>> put;
        try
        {
            put = port.Put(set, _ended.Token);
        }
        catch (Exception error)
        {
            Log.SinkFailed(_log, _options.Name, sink, error);
            Answer(sink, set, SinkPort.Refuse(set, error.Message));
            return;
        }
        if (put.IsCompletedSuccessfully)
            Answer(sink, set, put.Result);
        else
            _ = Await(sink, set, put);
    }

    private void Answer(string sink, in UpdateSet set, ImmutableArray<PutOutcome> outcomes) => _immediate.Enqueue(EngineEvent.PutDone(sink, set, outcomes));

    private async Task Await(string sink, UpdateSet set, ValueTask<ImmutableArray<PutOutcome>> put)
    {
        ImmutableArray<PutOutcome> outcomes;
        try
        {
            outcomes = await put.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            if (error is not OperationCanceledException)
                Log.SinkFailed(_log, _options.Name, sink, error);
            outcomes = SinkPort.Refuse(set, error.Message);
        }
        Enqueue(EngineEvent.PutDone(sink, set, outcomes));
    }

    private async void EvaluateNode(string node, long tick, PvSample[] inputs)
    {
        NodeAnswer answer;
        try
        {
            answer = new(await _services.ExternalNodes!.Evaluate(node, _engine.CurrentTick, inputs, _ended.Token).ConfigureAwait(false));
        }
        catch (Exception error)
        {
            answer = new([], error.Message);
        }
        Enqueue(EngineEvent.NodeDone(node, tick, answer));
    }

    private void TickFinished()
    {
        var now = _services.Time.GetTimestamp();
        _lastTickAt = now;
        _rate.Count(now);
        _latency.Record(now - _engine.LastTickReceived, now);
        foreach (var listener in Delegate.EnumerateInvocationList(TickEnded))
            Tell(listener, _engine.CurrentTick.Sequence, nameof(TickEnded));
        if (OutputsComputed is { } computed)
        {
            var set = new UpdateSet(_engine.CurrentTick.Sequence, [.. _engine.Outputs.Where(o => o.Arrived).Select(o => new PvUpdate(o.PvName, o.Sample))]);
            foreach (var listener in Delegate.EnumerateInvocationList(computed))
                Tell(listener, set, nameof(OutputsComputed));
        }
        var completes = !_firstComplete.Task.IsCompleted && _engine.IsComplete;
        if (Ticked is null && !completes)
            return;
        var record = _engine.LastTick();
        if (completes)
            _firstComplete.TrySetResult(record);
        foreach (var listener in Delegate.EnumerateInvocationList(Ticked))
            Tell(listener, record, nameof(Ticked));
    }

    // Exceptions of a listener stay here: the deployment and the other listeners go on.
    private void Tell<T>(Action<T> listener, T news, string name)
    {
        try
        {
            listener(news);
        }
        catch (Exception defect)
        {
            Log.ListenerFailed(_log, _options.Name, name, defect);
        }
    }
}
