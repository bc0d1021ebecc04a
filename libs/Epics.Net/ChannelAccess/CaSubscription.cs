using System.Diagnostics;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>A monitor on a PV that survives its server: it is made again on every connection. Disposing ends it; afterwards nothing more is delivered.</summary>
public sealed class CaSubscription : IDisposable
{
    private readonly Lock _delivery = new();
    private readonly CaUpdateHandler _handler;
    private readonly CaMonitorOptions _options;
    private PvMeta? _meta;
    private bool _disposed;

    internal CaSubscription(CaChannel channel, CaUpdateHandler handler, CaMonitorOptions options) =>
        (Channel, _handler, _options) = (channel, handler, options);

    internal CaChannel Channel { get; }
    public string Name => Channel.Name;

    /// <summary>Updates delivered so far, connects and disconnects included.</summary>
    public long Delivered { get; private set; }

    internal uint Id { get; set; }
    internal uint MetaId { get; set; }
    internal CaEventMask Mask => _options.Mask;
    internal uint Count => (uint)_options.MaxElements;
    internal bool WantsMetadata => _options.Metadata;

    public void Dispose()
    {
        lock (_delivery)
        {
            if (_disposed)
                return;
            _disposed = true;
        }
        Channel.Unsubscribe(this);
    }

    internal void OnConnected() => Deliver(new(Name, default, PvUpdateKind.Connected));

    internal void OnDisconnected(string reason, DateTimeOffset now)
    {
        _meta = null;
        Deliver(PvUpdate.Disconnect(Name, reason, PvTime.From(now), Stopwatch.GetTimestamp()));
    }

    internal void OnUpdate(uint id, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload)
    {
        var received = Stopwatch.GetTimestamp();
        if (status != Eca.Normal)
        {
            if (id == Id)
                Deliver(new(Name, new(default, Alarm.Invalid(AlarmStatus.ReadAccess, EcaText.Describe(status)), default, received)));
            return;
        }
        var content = DbrDecoder.Decode(type, count, payload, Channel.IsScalar);
        if (id == MetaId)
        {
            var isFirst = _meta is null;
            _meta = content.Meta! with { Version = (_meta?.Version ?? 0) + 1 };
            if (isFirst)
                return;            // the first value is on its way and brings it along
            Deliver(new(Name, new(Value(content), content.Alarm, Channel.LastTime, received, _meta)));
            return;
        }
        Channel.LastTime = content.Time;
        Deliver(new(Name, new(Value(content), content.Alarm, content.Time, received, _meta)));
    }

    private PvValue Value(in DbrContent content) => Channel.IsLongString ? CaChannel.LongString(content.Value) : content.Value;

    private void Deliver(in PvUpdate update)
    {
        lock (_delivery)
        {
            if (_disposed)
                return;
            Delivered++;
            _handler(update);
        }
    }
}
