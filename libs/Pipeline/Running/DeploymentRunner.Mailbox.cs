using System.Collections.Concurrent;
using ModelManager.Connectors;
using ModelManager.Connectors.Files;
using ModelManager.Values;

namespace ModelManager.Pipeline;

// Producers enqueue; whoever finds the mailbox unattended drains it: a pool thread for connectors and timers, the model's own thread for its answer.
public sealed partial class DeploymentRunner : IThreadPoolWorkItem
{
    // A model thread belongs to all deployments: after this many messages a pool thread goes on.
    private const int InlineMessages = 64;

    private readonly ConcurrentQueue<Message> _mailbox = new();
    private readonly Queue<EngineEvent> _immediate = new();     // answers that came while their effect was carried out
    private readonly EngineEffects _effects = new();
    private int _attended;
    private bool _wasReady;
    private string? _toldFailure;
    private Exception? _sourceError;
    private bool _workedOff;

    private readonly record struct Message(EngineEvent Event, SourcePort? Port = null, PvBatch? Batch = null, Action? Act = null, Exception? Error = null);

    /// <summary>Sets of a source that come another way than by subscription (a stream); the same path from here on.</summary>
    /// <exception cref="ArgumentException">The deployment has no such source.</exception>
    public void Deliver(string sourceModule, PvBatch batch)
    {
        var port = Array.Find(_ports, p => p.Key == sourceModule)
            ?? throw new ArgumentException($"deployment '{_options.Name}' has no source '{sourceModule}'; it has {string.Join(", ", _ports.Select(p => p.Key))}", nameof(sourceModule));
        Enqueue(port, batch);
    }

    internal void Enqueue(SourcePort port, PvBatch batch) => Enqueue(new Message(default, port, batch));

    internal void EnqueueEnd(SourcePort port, Exception? error) => Enqueue(new Message(default, port, Error: error));

    internal void ModelAnswered(in EngineEvent answer)
    {
        _mailbox.Enqueue(new Message(answer));
        if (Interlocked.Exchange(ref _attended, 1) == 0)
            Drain(InlineMessages);
    }

    void IThreadPoolWorkItem.Execute() => Drain(int.MaxValue);

    private void Enqueue(in EngineEvent what) => Enqueue(new Message(what));

    private void Enqueue(in Message message)
    {
        _mailbox.Enqueue(message);
        if (Interlocked.Exchange(ref _attended, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private Task Tell(EngineEvent what)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(new Message(what, Act: done.SetResult));
        return done.Task;
    }

    private void Drain(int most)
    {
        while (true)
        {
            while (_mailbox.TryDequeue(out var message))
            {
                try
                {
                    Handle(message);
                }
                catch (Exception defect)
                {
                    // A defect of ours concerns this deployment only; it is shown, not swallowed.
                    Log.EngineFailed(_log, _options.Name, defect);
                    _lastError = defect.Message;
                    SetState(RunnerState.Failed);
                }
                if (--most == 0)
                {
                    ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                    return;
                }
            }
            Volatile.Write(ref _attended, 0);
            if (_mailbox.IsEmpty || Interlocked.Exchange(ref _attended, 1) != 0)
                return;
        }
    }

    private void Handle(in Message message)
    {
        if (message is { Port: { } port, Batch: { } batch })
        {
            if (port.IsActive)
                Process(port.Key, batch);
            else
                port.Pending.Add(batch);
        }
        else if (message.Port is { } ended)
            End(ended, message.Error);
        else
            Process(message.Event);
        message.Act?.Invoke();
        TellChanges();
    }

    private void Process(string source, PvBatch batch)
    {
        foreach (ref readonly var set in batch.Sets.AsSpan())
            Process(EngineEvent.OfSet(source, set));
    }

    private void Process(in EngineEvent what)
    {
        Step(what);
        while (true)
        {
            if (_immediate.TryDequeue(out var answer))
                Step(answer);
            else if (_engine.HasWork)
                Step(EngineEvent.Continue);
            else
                break;
        }
    }

    private void Step(in EngineEvent what)
    {
        lock (_gate)
            _engine.Step(what, Now(), _effects);
        for (var i = 0; i < _effects.Count; i++)
            CarryOut(_effects[i]);
    }

    private void End(SourcePort port, Exception? error)
    {
        port.HasEnded = true;
        if (error is null)
            return;
        // Damaged data and lost connections are told by their message; a trace is for what is not foreseen.
        Log.SourceFailed(_log, _options.Name, port.Key, error.Message, error is FileDataException or ConnectorException or IOException ? null : error);
        _lastError = $"source '{port.Key}' ended: {error.Message}";
        _sourceError ??= error;
        RaiseStatusChanged();
    }

    private void TellChanges()
    {
        // What came before the damage is computed first.
        if (_sourceError is { } error && _engine.IsQuiet)
            _sourcesEnded.TrySetException(error);
        if (!_workedOff && _sourceError is null && _ports.Length > 0 && _engine.IsQuiet && Array.TrueForAll(_ports, static p => p.HasEnded))
        {
            _workedOff = true;
            _ = Task.Run(Complete);
        }
        if (_engineStopped.Task.IsCompleted && _engine.PutsInFlight == 0)
            _putsAnswered.TrySetResult();
        var (ready, failure) = (_engine.IsReady, _engine.Failure);
        if (ready == _wasReady && ReferenceEquals(failure, _toldFailure))
            return;
        (_wasReady, _toldFailure) = (ready, failure);
        if (failure is not null)
            Log.Failed(_log, _options.Name, failure);
        RaiseStatusChanged();
    }
}
