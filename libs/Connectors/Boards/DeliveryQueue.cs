using System.Runtime.InteropServices;
using ModelManager.Values;

namespace ModelManager.Connectors.Boards;

/// <summary>Carries update sets to one subscriber, one call at a time, on the thread pool: as many as wait go out in one batch, a lone set goes out at once.</summary>
/// <remarks>A subscriber that never returns cannot eat the memory: beyond <see cref="Capacity"/> the oldest sets are dropped and counted.</remarks>
internal sealed class DeliveryQueue(string source, IPvSubscriber subscriber) : IThreadPoolWorkItem
{
    internal const int Capacity = 65_536;

    private readonly Lock _gate = new();
    private readonly Queue<UpdateSet> _waiting = new();
    private bool _scheduled;
    private bool _closed;
    private bool _completed;
    private Exception? _error;
    private int _deliveringThread;
    private TaskCompletionSource? _quiet;

    public long Dropped { get; private set; }

    public void Post(UpdateSet set)
    {
        lock (_gate)
        {
            if (_closed || _completed)
                return;
            if (_waiting.Count == Capacity)
            {
                _waiting.Dequeue();
                Dropped++;
            }
            _waiting.Enqueue(set);
            Schedule();
        }
    }

    /// <summary>What waits is still delivered, then the end is told.</summary>
    public void Complete(Exception? error)
    {
        lock (_gate)
        {
            if (_closed || _completed)
                return;
            (_completed, _error) = (true, error);
            Schedule();
        }
    }

    /// <summary>After the task is done nothing more is delivered. From inside a delivery it is done at once, since that call cannot wait for itself.</summary>
    public ValueTask Close()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting.Clear();
            if (_deliveringThread == 0 || _deliveringThread == Environment.CurrentManagedThreadId)
                return ValueTask.CompletedTask;
            _quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(_quiet.Task);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TryTake(out var batch, out var end))
        {
            try
            {
                if (end)
                    subscriber.OnCompleted(_error);
                else
                    subscriber.OnBatch(batch!);
            }
            catch (Exception exception) when (!end)
            {
                // The subscriber broke its side of the contract; the source and its other subscribers live on.
                lock (_gate)
                    _waiting.Clear();
                Complete(exception);
            }
        }
    }

    private bool TryTake(out PvBatch? batch, out bool end)
    {
        (batch, end) = (null, false);
        lock (_gate)
        {
            _deliveringThread = 0;
            if (_closed)
            {
                _quiet?.TrySetResult();
                return _scheduled = false;
            }
            if (_waiting.Count == 0)
            {
                if (!_completed)
                    return _scheduled = false;
                end = _closed = true;
            }
            else
            {
                var sets = new UpdateSet[Math.Min(_waiting.Count, PvBatch.MaxSets)];
                for (var i = 0; i < sets.Length; i++)
                    sets[i] = _waiting.Dequeue();
                batch = new(source, ImmutableCollectionsMarshal.AsImmutableArray(sets));
            }
            _deliveringThread = Environment.CurrentManagedThreadId;
            return true;
        }
    }

    private void Schedule()
    {
        if (_scheduled)
            return;
        _scheduled = true;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
