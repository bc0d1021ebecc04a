namespace ModelManager.Epics.ChannelAccess.Client;

/// <summary>What a circuit of a client hears. All calls come from the thread that calls <see cref="CaClientCircuit.Receive"/>, one at a time; spans are valid during the call.</summary>
public interface ICaClientEvents
{
    /// <summary>The server said its version: requests may be sent.</summary>
    void OnOpen(uint minorVersion);

    void OnAccessRights(uint cid, CaAccess access);

    void OnCreated(uint cid, DbrType native, uint count, uint sid);

    void OnCreateFailed(uint cid);

    /// <summary>The server has the PV no more; the circuit lives on.</summary>
    void OnServerDisconnect(uint cid);

    void OnRead(uint ioid, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload);

    void OnWritten(uint ioid, Eca status);

    void OnUpdate(uint subscription, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload);

    /// <summary>The answer of a name server. <paramref name="address"/> 0xFFFFFFFF = this server itself.</summary>
    void OnFound(uint cid, uint address, ushort port);

    void OnEcho();

    /// <param name="request">Header of the request that failed.</param>
    void OnError(in CaHeader request, uint cid, Eca status, string text);
}

/// <summary>The client's end of one TCP circuit: bytes in, events out; requests in, bytes out. No sockets. Requests may come from any thread.</summary>
public sealed class CaClientCircuit
{
    private readonly ICaClientEvents _events;
    private readonly CaOutbox _outbox;

    public CaClientCircuit(ICaClientEvents events, CaOutbox outbox, string user, string host, ushort priority = 0)
    {
        (_events, _outbox) = (events, outbox);
        lock (outbox.Gate)
        {
            CaWriter.Version(outbox, priority);
            CaWriter.ClientName(outbox, user);
            CaWriter.HostName(outbox, host);
        }
    }

    public CaPhase Phase { get; private set; } = CaPhase.Greeting;
    public uint ServerMinor { get; private set; }

    /// <summary>Takes one message of the server.</summary>
    /// <exception cref="CaProtocolException">The circuit must be closed; the message says why.</exception>
    public void Receive(in CaMessage message)
    {
        var header = message.Header;
        switch (CaRules.Of(CaRole.Client, Phase, header.Command))
        {
            case CaVerdict.Ignore:
                return;
            case CaVerdict.Refuse:
                throw new CaProtocolException($"command {(ushort)header.Command} has no meaning for a client of CA v4.{CaProtocol.MinorVersion}");
        }
        if (Phase == CaPhase.Greeting)
        {
            Phase = CaPhase.Open;
            ServerMinor = header.Command == CaCommand.Version ? header.Count : 0;
            _events.OnOpen(ServerMinor);
        }
        switch (header.Command)
        {
            case CaCommand.EventAdd:
                // Without payload it is the end of the subscription.
                if (header.PayloadSize > 0)
                    _events.OnUpdate(header.Parameter2, Type(header), header.Count, (Eca)header.Parameter1, message.Payload);
                break;
            case CaCommand.ReadNotify:
                _events.OnRead(header.Parameter2, Type(header), header.Count, (Eca)header.Parameter1, message.Payload);
                break;
            case CaCommand.Read:
                _events.OnRead(header.Parameter2, Type(header), header.Count, Eca.Normal, message.Payload);
                break;
            case CaCommand.WriteNotify:
                _events.OnWritten(header.Parameter2, (Eca)header.Parameter1);
                break;
            case CaCommand.AccessRights:
                _events.OnAccessRights(header.Parameter1, (CaAccess)header.Parameter2);
                break;
            case CaCommand.CreateChannel:
                _events.OnCreated(header.Parameter1, Native(header), header.Count, header.Parameter2);
                break;
            case CaCommand.CreateChannelFailed:
                _events.OnCreateFailed(header.Parameter1);
                break;
            case CaCommand.ServerDisconnect:
                _events.OnServerDisconnect(header.Parameter1);
                break;
            case CaCommand.Search:
                _events.OnFound(header.Parameter2, header.Parameter1, header.DataType);
                break;
            case CaCommand.Echo:
                _events.OnEcho();
                break;
            case CaCommand.Error:
                OnError(message);
                break;
        }
    }

    public void Close() => Phase = CaPhase.Closed;

    public void CreateChannel(uint cid, string name)
    {
        lock (_outbox.Gate)
            CaWriter.CreateChannel(_outbox, cid, name);
    }

    public void ClearChannel(uint sid, uint cid)
    {
        lock (_outbox.Gate)
            CaWriter.ClearChannel(_outbox, sid, cid);
    }

    public void ReadNotify(DbrType type, uint count, uint sid, uint ioid)
    {
        lock (_outbox.Gate)
            CaWriter.ReadNotify(_outbox, type, count, sid, ioid);
    }

    public void Subscribe(DbrType type, uint count, uint sid, uint subscription, CaEventMask mask)
    {
        lock (_outbox.Gate)
            CaWriter.EventAdd(_outbox, type, count, sid, subscription, mask);
    }

    public void Unsubscribe(DbrType type, uint count, uint sid, uint subscription)
    {
        lock (_outbox.Gate)
            CaWriter.EventCancel(_outbox, type, count, sid, subscription);
    }

    /// <summary>Sends a value. Returns false when the value has no form in this type.</summary>
    /// <param name="notify">The server answers when the put is done.</param>
    public bool Write(in Values.PvValue value, Values.PvMeta meta, DbrType type, uint sid, uint ioid, bool notify)
    {
        var count = CaTypes.ElementCount(value);
        var size = CaProtocol.Pad((int)DbrLayout.Size(type, count));
        lock (_outbox.Gate)
        {
            var header = new CaHeader(notify ? CaCommand.WriteNotify : CaCommand.Write, (uint)size, (ushort)type, (uint)count, sid, ioid);
            var whole = _outbox.GetSpan(CaHeader.ExtendedSize + size);
            var payload = whole.Slice(header.EncodedSize, size);
            if (DbrElements.Write(value, meta, type, count, payload) != Eca.Normal)
                return false;
            if (type == DbrType.String && count == 1)
            {
                // A single string goes with as many bytes as it has, as libca sends it.
                size = CaProtocol.Pad(payload.IndexOf((byte)0) + 1);
                header = header with { PayloadSize = (uint)size };
            }
            header.Write(whole);
            _outbox.Advance(header.EncodedSize + size);
            return true;
        }
    }

    public void Echo()
    {
        lock (_outbox.Gate)
            CaWriter.Echo(_outbox);
    }

    /// <summary>Sends search messages to a name server.</summary>
    public void Search(ReadOnlySpan<byte> messages)
    {
        lock (_outbox.Gate)
        {
            messages.CopyTo(_outbox.GetSpan(messages.Length));
            _outbox.Advance(messages.Length);
        }
    }

    private void OnError(in CaMessage message)
    {
        if (!CaHeader.TryRead(message.Payload, out var request, out var size))
            throw new CaProtocolException("ERROR without the header of the request it is about");
        _events.OnError(request, message.Header.Parameter1, (Eca)message.Header.Parameter2, CaMessage.ReadText(message.Payload[size..]));
    }

    private static DbrType Type(in CaHeader header)
    {
        var type = (DbrType)header.DataType;
        return DbrLayout.IsValid(type) ? type : throw new CaProtocolException($"{header.Command} with data type {header.DataType}, which does not exist");
    }

    private static DbrType Native(in CaHeader header)
    {
        var type = (DbrType)header.DataType;
        return DbrLayout.IsPlain(type) ? type : throw new CaProtocolException($"CREATE_CHAN with native type {header.DataType}; it must be one of 0 to 6");
    }
}
