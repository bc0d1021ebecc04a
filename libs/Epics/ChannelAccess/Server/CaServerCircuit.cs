namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>The server's end of one TCP circuit: bytes in, bytes out, no sockets. <see cref="Receive"/> is called by one thread at a time; posts come from any.</summary>
public sealed partial class CaServerCircuit
{
    private readonly ICaServerHost _host;
    private readonly CaServerLimits _limits;
    private readonly CaOutbox _outbox;
    private readonly string _address;
    private readonly Dictionary<uint, CaServerChannel> _channels = [];
    private readonly CancellationTokenSource _closing = new();
    private CaPhase _phase = CaPhase.Greeting;
    private uint _nextSid;
    private uint _clientMinor;
    private int _subscriptionCount;

    /// <param name="address">The client's address, as text: what access security sees where host names are not trusted.</param>
    public CaServerCircuit(ICaServerHost host, CaOutbox outbox, string address, CaServerLimits limits)
    {
        (_host, _outbox, _address, _limits) = (host, outbox, address, limits);
        Host = address;
        lock (_outbox.Gate)
            CaWriter.Version(_outbox);
    }

    public string User { get; private set; } = "";
    public string Host { get; private set; }
    public CaPhase Phase => _phase;
    public ushort Priority { get; private set; }
    public int ChannelCount => _channels.Count;
    public int SubscriptionCount => _subscriptionCount;

    /// <summary>Updates that newer ones replaced because this client was slow.</summary>
    public long Dropped { get; private set; }

    public long Received { get; private set; }

    /// <summary>Takes one message. What it asks for is answered into the outbox.</summary>
    /// <exception cref="CaProtocolException">The circuit must be closed; the message says why.</exception>
    public void Receive(in CaMessage message)
    {
        Received++;
        var header = message.Header;
        switch (CaRules.Of(CaRole.Server, _phase, header.Command))
        {
            case CaVerdict.Ignore:
                return;
            case CaVerdict.Refuse:
                RefuseCommand(header);
                return;
        }
        switch (header.Command)
        {
            case CaCommand.Version: OnVersion(header); break;
            case CaCommand.ClientName: OnClientName(message); break;
            case CaCommand.HostName: OnHostName(message); break;
            case CaCommand.Search: OnSearch(message); break;
            case CaCommand.CreateChannel: OnCreateChannel(message); break;
            case CaCommand.ClearChannel: OnClearChannel(header); break;
            case CaCommand.Read: OnRead(header); break;
            case CaCommand.ReadNotify: OnReadNotify(header); break;
            case CaCommand.Write: OnWrite(message); break;
            case CaCommand.WriteNotify: OnWrite(message); break;
            case CaCommand.EventAdd: OnEventAdd(message); break;
            case CaCommand.EventCancel: OnEventCancel(header); break;
            case CaCommand.EventsOff: OnEventsOff(); break;
            case CaCommand.EventsOn: OnEventsOn(); break;
            case CaCommand.Echo or CaCommand.ReadSync: Reflect(header); break;
        }
    }

    /// <summary>The circuit ends: subscriptions with it, puts in progress are cancelled. What was answered before may still be sent.</summary>
    public void Close()
    {
        CaServerChannel[] channels;
        lock (_outbox.Gate)
        {
            if (_phase == CaPhase.Closed)
                return;
            _phase = CaPhase.Closed;
            channels = [.. _channels.Values];
            _channels.Clear();
            _held.Clear();
        }
        _closing.Cancel();
        foreach (var channel in channels)
            foreach (var subscription in channel.Subscriptions)
                Detach(subscription);
        _outbox.Complete();
    }

    private void OnVersion(in CaHeader header)
    {
        // With type 1 and a sequence number it begins a search over TCP; the same message otherwise tells priority and version.
        if (_phase == CaPhase.Greeting)
        {
            _phase = CaPhase.Open;
            _clientMinor = header.Count;
            Priority = header.DataType;
        }
    }

    private void OnClientName(in CaMessage message)
    {
        if (AcceptName(message))
            User = CaMessage.ReadText(message.Payload);
    }

    private void OnHostName(in CaMessage message)
    {
        if (AcceptName(message) && _limits.TrustHostNames)
            Host = CaMessage.ReadText(message.Payload);
    }

    private bool AcceptName(in CaMessage message)
    {
        if (message.Payload.Length > 512 || message.Payload.IndexOf((byte)0) < 0)
            throw new CaProtocolException($"{message.Command} is longer than 511 bytes or has no end");
        if (_channels.Count == 0)
            return true;
        lock (_outbox.Gate)
            CaWriter.Error(_outbox, message.Header, 0, Eca.Internal, "names are taken before the first channel only; ignored");
        return false;
    }

    private void OnSearch(in CaMessage message)
    {
        if (message.Payload.Length > CaProtocol.MaxNameLength)
            throw new CaProtocolException("SEARCH for a name of more than 1024 bytes");
        var name = CaMessage.ReadText(message.Payload);
        if (name.Length == 0)
            return;
        var cid = message.Header.Parameter2;
        var location = _host.Locate(name);
        if (location.Where == CaWhere.Unknown)
        {
            if (message.Header.DataType == CaProtocol.DoReply)
                lock (_outbox.Gate)
                    CaWriter.NotFound(_outbox, cid);
            return;
        }
        if (location.Where == CaWhere.Pending)
            _host.Park(name, () => AnswerSearch(cid, _host.Locate(name)));
        else
            AnswerSearch(cid, location);
    }

    private void AnswerSearch(uint cid, CaLocation location)
    {
        if (location.Where is not (CaWhere.Here or CaWhere.Elsewhere or CaWhere.Beside))
            return;
        var port = location.Endpoint is { } endpoint ? (ushort)endpoint.Port : _host.AdvertisedPort;
        var address = location.Endpoint is { } at ? CaAddress.ToUInt32(at.Address) : _host.AdvertisedAddress;
        lock (_outbox.Gate)
            CaWriter.SearchReply(_outbox, cid, port, address, withVersion: false);
    }

    private void Reflect(in CaHeader header)
    {
        lock (_outbox.Gate)
            CaWriter.Header(_outbox, header with { PayloadSize = 0 });
    }

    private void RefuseCommand(in CaHeader header)
    {
        var problem = _phase == CaPhase.Greeting
            ? $"{header.Command} came before VERSION"
            : $"command {(ushort)header.Command} has no meaning for a server of CA v4.{CaProtocol.MinorVersion}";
        lock (_outbox.Gate)
            CaWriter.Error(_outbox, header, uint.MaxValue, Eca.Internal, problem);
        throw new CaProtocolException(problem);
    }
}
