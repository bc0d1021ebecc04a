using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace ModelManager.Registry.Tests.Support;

/// <summary>A fake clock that jumps over every wait up to a limit as soon as somebody begins it, and remembers it. Longer waits (time-outs) stay where they are.</summary>
public sealed class ImpatientTime(TimeSpan longest) : FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 18, 0, 0, TimeSpan.Zero))
{
    public ImpatientTime() : this(TimeSpan.FromSeconds(20))
    {
    }

    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= longest)
        {
            Waits.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }
        return timer;
    }
}
