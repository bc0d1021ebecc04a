using System.Buffers.Binary;
using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess.Server;

public sealed partial class CaServerCircuit
{
    private readonly Queue<CaServerSubscription> _held = new();
    private bool _eventsOff;

    /// <summary>Subscriptions whose newest update waits because the client is slow or has switched events off.</summary>
    public int HeldCount => _held.Count;

    /// <summary>Hands on what waited while the client was slow. The transport calls this each time it has taken the outbox.</summary>
    public void Drain()
    {
        lock (_outbox.Gate)
        {
            while (!_eventsOff && !_outbox.IsCongested && _held.TryDequeue(out var subscription))
            {
                subscription.IsHeld = false;
                if (subscription.IsClosed || _phase == CaPhase.Closed)
                    continue;
                WriteUpdate(subscription, subscription.Held, subscription.HeldMeta ?? PvMeta.Unknown);
                subscription.Held = default;
                subscription.HeldMeta = null;
            }
        }
    }

    /// <summary>Takes one update for one subscription, under the lock of its PV.</summary>
    internal void Deliver(CaServerSubscription subscription, in PvSample sample, PvMeta meta)
    {
        lock (_outbox.Gate)
        {
            if (subscription.IsClosed || _phase == CaPhase.Closed)
                return;
            if (!subscription.IsHeld && !_eventsOff && !_outbox.IsCongested)
            {
                WriteUpdate(subscription, sample, meta);
                return;
            }
            if (subscription.IsHeld)
            {
                subscription.Dropped++;
                Dropped++;
            }
            else
            {
                subscription.IsHeld = true;
                _held.Enqueue(subscription);
            }
            subscription.Held = sample;
            subscription.HeldMeta = meta;
        }
    }

    private void WriteUpdate(CaServerSubscription subscription, in PvSample sample, PvMeta meta)
    {
        var field = subscription.Channel.Field;
        if (field.IsValue)
        {
            Write(subscription, sample, meta);
            return;
        }
        var projected = field.Project(sample, meta);
        if (!subscription.LastField.IsNone && subscription.LastField == projected.Value && (subscription.Channel.Access & CaAccess.Read) != 0)
            return;
        subscription.LastField = projected.Value;
        Write(subscription, projected, field.ProjectMeta(meta));
    }

    private void Write(CaServerSubscription subscription, in PvSample sample, PvMeta meta) => WriteValue(
        CaCommand.EventAdd, subscription.Channel, sample, meta, subscription.Type, subscription.Count, subscription.Id,
        new(CaCommand.EventAdd, 16, (ushort)subscription.Type, subscription.Count, subscription.Channel.Sid, subscription.Id));

    private void OnEventAdd(in CaMessage message)
    {
        var header = message.Header;
        if (!DbrLayout.IsValid((DbrType)header.DataType))
            throw new CaProtocolException($"EVENT_ADD asks for data type {header.DataType}, which does not exist");
        if (message.Payload.Length < 16)
            throw new CaProtocolException($"EVENT_ADD has a payload of {message.Payload.Length} bytes, 16 are needed");
        if (!TryChannel(header, out var channel))
            return;
        if (_subscriptionCount >= _limits.MaxSubscriptions)
            throw new CaProtocolException($"more than {_limits.MaxSubscriptions} subscriptions on one circuit");
        var mask = (CaEventMask)BinaryPrimitives.ReadUInt16BigEndian(message.Payload[12..]);
        var subscription = new CaServerSubscription(this, channel, (DbrType)header.DataType, header.Count, header.Parameter2, mask);
        lock (_outbox.Gate)
        {
            channel.Subscriptions.Add(subscription);
            _subscriptionCount++;
        }
        channel.Field.Pv.Attach(subscription);
    }

    private void OnEventCancel(in CaHeader header)
    {
        if (!TryChannel(header, out var channel))
            return;
        var id = header.Parameter2;
        CaServerSubscription? subscription;
        lock (_outbox.Gate)
        {
            subscription = channel.Subscriptions.Find(s => s.Id == id);
            if (subscription is null)
            {
                CaWriter.Error(_outbox, header, channel.Cid, Eca.BadMonitorId, channel.Field.Pv.Name);
                return;
            }
            channel.Subscriptions.Remove(subscription);
        }
        Detach(subscription);
        lock (_outbox.Gate)
            CaWriter.EventCancelReply(_outbox, subscription.Type, subscription.Count, channel.Sid, id);
    }

    private void OnEventsOff()
    {
        lock (_outbox.Gate)
            _eventsOff = true;
    }

    private void OnEventsOn()
    {
        lock (_outbox.Gate)
            _eventsOff = false;
        Drain();
    }

    // Order of locks: the PV's first, then the circuit's. So the circuit lets go before it speaks to the PV.
    private void Detach(CaServerSubscription subscription)
    {
        subscription.Channel.Field.Pv.Detach(subscription);
        lock (_outbox.Gate)
        {
            if (subscription.IsClosed)
                return;
            subscription.IsClosed = true;
            subscription.Held = default;
            _subscriptionCount--;
        }
    }
}
