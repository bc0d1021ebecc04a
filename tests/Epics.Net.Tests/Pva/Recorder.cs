using System.Collections.Concurrent;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net.Tests;

/// <summary>A subscriber that counts and lets a test wait for what it wants to see.</summary>
internal sealed class Recorder : IPvaSubscriber
{
    private readonly ConcurrentDictionary<TaskCompletionSource, Func<PvaStructure, bool>> _waiting = new();
    private readonly TaskCompletionSource<string> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _updates;

    public long Updates => Volatile.Read(ref _updates);
    public Task<string> Disconnected => _disconnected.Task.WaitAsync(Loopback.Generous);

    /// <summary>Completes with the first update that fulfils a condition.</summary>
    public Task Until(Func<PvaStructure, bool> condition)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[done] = condition;
        return done.Task.WaitAsync(Loopback.Generous);
    }

    public void OnConnected(PvaSubscription subscription, PvaStructure value)
    {
    }

    public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun)
    {
        _updates++;
        if (_waiting.IsEmpty)
            return;
        foreach (var (done, condition) in _waiting)
            if (condition(value) && _waiting.TryRemove(done, out _))
                done.SetResult();
    }

    public void OnDisconnected(PvaSubscription subscription, string reason) => _disconnected.TrySetResult(reason);
}
