using System.Threading.Tasks.Sources;

namespace ModelManager.Epics.Net;

/// <summary>Wakes one waiting loop, from any thread, without allocating. Wakes while the loop runs are remembered as one.</summary>
internal sealed class WakeSignal : IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<bool> _core;
    private int _running = 1;
    private int _pending;

    /// <summary>Lets the loop run once more, on a pool thread.</summary>
    public void Wake()
    {
        Volatile.Write(ref _pending, 1);
        if (Interlocked.CompareExchange(ref _running, 1, 0) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>As <see cref="Wake"/>, on this very thread where the loop is waiting: one hop less for an answer.</summary>
    public void WakeInline()
    {
        Volatile.Write(ref _pending, 1);
        if (Interlocked.CompareExchange(ref _running, 1, 0) == 0)
            _core.SetResult(true);
    }

    /// <summary>Waits for a wake; only the loop calls this.</summary>
    public ValueTask WaitAsync()
    {
        _core.Reset();
        var wait = new ValueTask(this, _core.Version);
        Volatile.Write(ref _running, 0);
        // Full fence: a wake that came before we stopped running must be seen here, or it sees that we stopped.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _pending) == 1 && Interlocked.CompareExchange(ref _running, 1, 0) == 0)
            _core.SetResult(true);
        return wait;
    }

    /// <summary>What was asked for until now is about to be done.</summary>
    public void Begin() => Interlocked.Exchange(ref _pending, 0);

    void IThreadPoolWorkItem.Execute() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags & ~(ValueTaskSourceOnCompletedFlags.UseSchedulingContext | ValueTaskSourceOnCompletedFlags.FlowExecutionContext));
}
