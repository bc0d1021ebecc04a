using System.Text;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;
using ModelManager.Values;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>A client's channel to one PV, shared by everybody in the client who uses the PV.</summary>
internal sealed class CaChannel(CaClient client, string name)
{
    private readonly List<CaSubscription> _subscriptions = [];
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private uint _count;

    public string Name { get; } = name;

    /// <summary>A text asked for as characters: <c>NAME.VAL$</c>.</summary>
    public bool IsLongString { get; } = name.EndsWith('$');

    public uint Cid { get; set; }
    public uint Sid { get; private set; }
    public CaChannelState State { get; private set; } = CaChannelState.Searching;
    public CaClientConnection? Connection { get; private set; }
    public DbrType NativeType { get; private set; }
    public uint ElementCount => _count;
    public CaAccess Access { get; set; }
    public PvMeta? Meta { get; set; }
    public PvTime LastTime { get; set; }

    /// <summary>Users of the channel; at zero it lingers, then is cleared.</summary>
    public int Users { get; set; }
    public TimeSpan UnusedSince { get; set; }

    public bool IsScalar => _count == 1;

    /// <summary>The element count to ask for; 0 = all there are, which an old server must be told in numbers. More than the PV has is an error to servers.</summary>
    public uint Elements(uint wanted) => wanted > 0 ? Math.Min(wanted, _count) : Connection!.Circuit.ServerMinor >= CaProtocol.AutoSizeMinor ? 0 : _count;

    public Task Connected => _connected.Task;
    public bool HasSubscriptions => _subscriptions.Count > 0;

    // All below: under the client's gate.

    public bool OnFound(CaClientConnection connection)
    {
        if (!Move(CaChannelEvent.Found))
            return false;
        Connection = connection;
        return true;
    }

    public bool OnCreated(DbrType native, uint count, uint sid)
    {
        if (!Move(CaChannelEvent.Created))
            return false;
        (NativeType, _count, Sid, Meta) = (native, count, sid, null);
        foreach (var subscription in _subscriptions)
            Start(subscription);
        _connected.TrySetResult();
        return true;
    }

    /// <summary>Back to searching. Returns false where it was not on its way or connected.</summary>
    public bool OnLost(CaChannelEvent cause, out bool wasConnected)
    {
        wasConnected = State == CaChannelState.Connected;
        if (!Move(cause))
            return false;
        Connection = null;
        if (_connected.Task.IsCompleted)
            _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var subscription in _subscriptions)
            client.Forget(subscription);
        return true;
    }

    public void Close()
    {
        if (State == CaChannelState.Connected)
            Connection!.Circuit.ClearChannel(Sid, Cid);
        Connection?.Channels.Remove(this);
        Move(CaChannelEvent.Closed);
        Connection = null;
    }

    public void Add(CaSubscription subscription)
    {
        _subscriptions.Add(subscription);
        if (State == CaChannelState.Connected)
            Start(subscription);
    }

    public bool Remove(CaSubscription subscription)
    {
        if (!_subscriptions.Remove(subscription))
            return false;
        if (State == CaChannelState.Connected)
        {
            if (subscription.MetaId != 0)
                Connection!.Circuit.Unsubscribe(DbrLayout.With(NativeType, DbrForm.Ctrl), 1, Sid, subscription.MetaId);
            if (subscription.Id != 0)
                Connection!.Circuit.Unsubscribe(DbrLayout.With(NativeType, DbrForm.Time), Elements(subscription.Count), Sid, subscription.Id);
        }
        client.Forget(subscription);
        return true;
    }

    public CaSubscription[] Subscriptions() => [.. _subscriptions];

    public void Unsubscribe(CaSubscription subscription) => client.Unsubscribe(subscription);

    /// <summary>Where the channel is, for error texts.</summary>
    public string Describe() => State switch
    {
        CaChannelState.Searching => "no server answered the search for it (is its server running, and do the address list or name servers reach it?)",
        CaChannelState.Connecting => $"its server {Connection?.Endpoint} was found, but the connection is not complete (a firewall, or the server hangs)",
        CaChannelState.Connected => $"its server {Connection?.Endpoint} does not answer",
        _ => "the channel is closed",
    };

    public static PvValue LongString(in PvValue value)
    {
        var bytes = value.Kind == PvKind.UInt8Array ? (byte[])value.AsArray() : [(byte)value.AsInt64()];
        var end = Array.IndexOf(bytes, (byte)0);
        return PvValue.String(Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end));
    }

    private void Start(CaSubscription subscription)
    {
        var circuit = Connection!.Circuit;
        client.Remember(subscription);
        // The metadata first, so that the first value has it.
        if (subscription.WantsMetadata && NativeType != DbrType.String && !IsLongString)
        {
            subscription.MetaId = client.NewSubscriptionId(subscription);
            circuit.Subscribe(DbrLayout.With(NativeType, DbrForm.Ctrl), 1, Sid, subscription.MetaId, CaEventMask.Property);
        }
        circuit.Subscribe(DbrLayout.With(NativeType, DbrForm.Time), Elements(subscription.Count), Sid, subscription.Id, subscription.Mask);
    }

    private bool Move(CaChannelEvent happened)
    {
        if (!CaChannelStates.TryNext(State, happened, out var next))
            return false;
        State = next;
        return true;
    }
}
