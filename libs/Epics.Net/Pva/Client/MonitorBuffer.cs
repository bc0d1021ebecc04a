using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net;

/// <summary>A buffer between the connection's thread and a caller, bounded in updates and in memory: the oldest gives way to the newest.</summary>
internal sealed class MonitorBuffer(string pvName, TimeProvider clock) : IPvaSubscriber, IDisposable
{
    private const int MaxUpdates = 1024;
    private const long MaxBytes = 32 << 20;

    private readonly Queue<(PvUpdate Update, long Bytes)> _updates = new();
    private readonly SemaphoreSlim _available = new(0);
    private PvMeta? _meta;
    private long _bytes;

    /// <summary>The oldest update that is still there; waits for one.</summary>
    public async ValueTask<PvUpdate> Next(CancellationToken cancellation)
    {
        while (true)
        {
            await _available.WaitAsync(cancellation);
            lock (_updates)
                if (_updates.TryDequeue(out var next))
                {
                    _bytes -= next.Bytes;
                    return next.Update;
                }
        }
    }

    public void OnConnected(PvaSubscription subscription, PvaStructure value) =>
        Add(new PvUpdate(pvName, new PvSample(default, Alarm.None, default, clock.GetTimestamp()), PvUpdateKind.Connected), 0);

    public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun)
    {
        if (_meta is null || changed.Intersects(value.Layout.Nt.Metadata))
            _meta = NtMeta.Read(value, _meta);
        var sample = NtValue.ReadSample(value, clock.GetTimestamp(), _meta);
        Add(new PvUpdate(pvName, sample), BytesOf(sample.Value));
    }

    public void OnDisconnected(PvaSubscription subscription, string reason) =>
        Add(PvUpdate.Disconnect(pvName, reason, PvTime.From(clock.GetUtcNow()), clock.GetTimestamp()), 0);

    public void Dispose() => _available.Dispose();

    private void Add(PvUpdate update, long bytes)
    {
        lock (_updates)
        {
            _updates.Enqueue((update, bytes));
            _bytes += bytes;
            while (_updates.Count > 1 && (_updates.Count > MaxUpdates || _bytes > MaxBytes))
                _bytes -= _updates.Dequeue().Bytes;
            try
            {
                _available.Release();
            }
            catch (ObjectDisposedException)
            {
                // The caller has gone; the end of the subscription is on its way.
            }
        }
    }

    private static long BytesOf(in PvValue value) => value.Reference switch
    {
        PvImage image => Buffer.ByteLength(image.Pixels),
        string[] texts => texts.Length * 32L,
        Array array => Buffer.ByteLength(array),
        _ => 0,
    };
}
