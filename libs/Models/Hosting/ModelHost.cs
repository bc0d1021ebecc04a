using System.Collections.Immutable;

namespace ModelManager.Models;

/// <summary>Evaluates the models of a process on a bounded number of its own threads, owners taking turns; loads each model once; survives models that never return.</summary>
public sealed partial class ModelHost : IAsyncDisposable
{
    private readonly ModelHostOptions _options;
    private readonly ImmutableArray<IModelLoader> _loaders;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly FairQueue _waiting = new();
    private readonly Dictionary<string, OwnerQueue> _owners = [];
    private readonly List<ModelThread> _threads = [];
    private readonly ITimer _supervisor, _giveBack;
    private int _idle, _started;
    private bool _closed, _watching;

    /// <param name="loaders">Asked in this order; the first that loads a source wins.</param>
    /// <param name="time">Its timestamps and timers decide what counts as hung.</param>
    public ModelHost(ModelHostOptions options, IEnumerable<IModelLoader> loaders, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.CallTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.ReliefAfter, TimeSpan.Zero);
        _options = options;
        _loaders = [.. loaders];
        _time = time;
        _supervisor = time.CreateTimer(static host => ((ModelHost)host!).Supervise(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _giveBack = time.CreateTimer(static host => ((ModelHost)host!)._options.GiveBack(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (_gate)
            for (var i = 0; i < options.Threads; i++)
                StartThread(isRelief: false);
    }

    /// <summary>A call's <see cref="ModelCall.Completed"/> threw: a defect of its owner, reported here because the thread belongs to all.</summary>
    public event Action<ModelLease, Exception>? CompletionFailed;

    /// <summary>Takes a model that exists already; it is disposed with its last lease.</summary>
    public ModelLease Adopt(IModel model, string owner)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return LeaseOf(new LoadedModel(model, key: null), owner);
        }
    }

    /// <summary>Queues a call; never blocks. What cannot be queued completes with the reason before this returns.</summary>
    public void Submit(ModelCall call)
    {
        Exception? refusal;
        var wake = false;
        lock (_gate)
        {
            call.Submitted = _time.GetTimestamp();
            call.Started = call.Finished = 0;
            refusal = RefusalOf(call) ?? Overload(call.Lease);
            if (refusal is null)
            {
                _waiting.Add(call);
                Watch();
                if (_idle > 0)
                {
                    _idle--;
                    wake = true;
                }
            }
        }
        if (refusal is not null)
            Complete(call, refusal);
        else if (wake)
            _work.Release();
    }

    /// <summary>Refuses what waits, lets running calls finish (or be written off) and disposes the models.</summary>
    public async ValueTask DisposeAsync()
    {
        List<ModelCall> abandoned;
        Task ended;
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            abandoned = _waiting.TakeAll();
            ended = Task.WhenAll(_threads.Select(t => t.Ended));
            _work.Release(_threads.Count);
        }
        foreach (var call in abandoned)
            Complete(call, new ObjectDisposedException(nameof(ModelHost), "the process is stopping"));
        await ended;
        await _supervisor.DisposeAsync();
        await _giveBack.DisposeAsync();
        foreach (var model in DropAll())
            model.Dispose();
    }

    /// <summary>Blocks the calling model thread until there is a call for it; false = it shall end.</summary>
    internal bool Next(ModelThread thread, out ModelCall call, out Exception? refusal)
    {
        while (true)
        {
            lock (_gate)
            {
                refusal = null;
                if (!_closed && _waiting.TryTake(out call))
                {
                    refusal = RefusalOf(call);
                    if (refusal is null)
                        Enter(thread, call);
                    return true;
                }
                call = null!;
                if (_closed || thread.IsRelief)
                {
                    _threads.Remove(thread);
                    return false;
                }
                _idle++;
            }
            _work.Wait();
        }
    }

    /// <summary>The evaluation of this thread's call is over; false when the thread was written off before.</summary>
    internal bool Leave(ModelThread thread)
    {
        IModel? unused = null;
        bool inTime, wake;
        lock (_gate)
        {
            var inside = thread.Inside!;
            inTime = !thread.IsLost;
            if (inTime)
            {
                inside.InFlight--;
                thread.Current!.Finished = _time.GetTimestamp();
            }
            else
            {
                inside.Lost--;
                LostThreads--;
            }
            thread.Current = null;
            thread.Inside = null;
            wake = inside.IsExclusive && _waiting.Count > 0 && _idle > 0;     // what waited for this model may go now, on another thread
            if (wake)
                _idle--;
            if (inside.MayBeDisposed)
                unused = Drop(inside);
        }
        if (wake)
            _work.Release();
        Dispose(unused);
        return inTime;
    }

    internal void Complete(ModelCall call, Exception? error)
    {
        var lease = call.Lease;
        try
        {
            call.Completed(error);
        }
        catch (Exception defect)
        {
            CompletionFailed?.Invoke(lease, defect);
        }
    }

    private void Enter(ModelThread thread, ModelCall call)
    {
        thread.Current = call;
        thread.Inside = call.Lease.Loaded;
        thread.Inside.InFlight++;
        call.Warnings.Clear();
        call.Started = _time.GetTimestamp();
        Watch();
    }

    private Exception? RefusalOf(ModelCall call)
    {
        var lease = call.Lease;
        if (_closed || lease.IsReleased)
            return new ObjectDisposedException(nameof(ModelLease), $"'{lease.Owner}' gave up model '{lease.Info.Name}'");
        return HungRefusal(lease.Loaded);
    }

    private ModelBusyException? Overload(ModelLease lease)
    {
        if (lease.Queue.Count >= _options.MaxWaitingPerOwner)
            return new($"model '{lease.Info.Name}': {lease.Queue.Count} calls of '{lease.Owner}' wait already, the most allowed; it is called faster than it answers");
        if (_waiting.Count >= _options.MaxWaiting)
            return new($"model '{lease.Info.Name}': {_waiting.Count} calls wait in this process already, the most allowed");
        return null;
    }
}
