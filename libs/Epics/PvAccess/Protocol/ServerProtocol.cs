namespace ModelManager.Epics.PvAccess;

/// <summary>The server's side of one connection, without sockets: bytes in, <see cref="IServerEvents"/> out; answers in, bytes out (<see cref="Output"/>).</summary>
/// <remarks>Not safe for several threads. A <see cref="ProtocolException"/> means: close the connection, its message is the reason.</remarks>
public sealed partial class ServerProtocol : IDisposable
{
    private readonly IServerEvents _events;
    private readonly ServerProtocolOptions _options;
    private readonly MessageAssembler _input;
    private readonly ValueReader _values;
    private readonly ValueWriter _writer;
    private readonly Dictionary<uint, ServerChannel> _channels = [];
    private readonly Dictionary<uint, ServerOperation> _operations = [];
    private uint _lastSid;

    public ServerProtocol(IServerEvents events, ServerProtocolOptions? options = null)
    {
        _events = events;
        _options = options ?? ServerProtocolOptions.Default;
        _input = new(_options.MaxMessageSize);
        _values = new(new TypeReader(), _options.MaxDecodedBytes);
        _writer = new(new TypeWriter(_options.UseTypeCache));
        Output.BigEndian = _options.BigEndian;
    }

    /// <summary>Bytes to send; the shell takes them and clears it, or swaps it for an empty one.</summary>
    public WireWriter Output { get; set; } = new();

    public ConnectionState State { get; private set; } = ConnectionState.Opening;
    public MessageAssembler Input => _input;
    public int ChannelCount => _channels.Count;
    public int OperationCount => _operations.Count;
    public IReadOnlyCollection<ServerChannel> Channels => _channels.Values;

    /// <summary>The server speaks first: SET_ENDIAN and what authentication it offers.</summary>
    public void Open()
    {
        State = ConnectionState.Validating;
        Output.WriteControl(ControlCommand.SetEndian, fromServer: true);
        var start = Output.BeginMessage(Command.ConnectionValidation, fromServer: true);
        ServerValidation.Default.Write(Output);
        Output.EndMessage(start);
    }

    /// <summary>Takes bytes that were received elsewhere; the socket receives into <see cref="Input"/> and calls <see cref="Process()"/>.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        _input.Append(bytes);
        Process();
    }

    /// <summary>Handles every whole message that has arrived.</summary>
    public void Process()
    {
        while (_input.TryRead(out var header, out var payload))
        {
            if ((header.Flags & HeaderFlags.FromServer) != 0)
                throw new ProtocolException("a message of a server came from a client");
            if (header.IsControl)
                continue;
            var reader = new WireReader(payload, header.BigEndian);
            Handle((Command)header.Command, ref reader);
        }
    }

    private void Handle(Command command, ref WireReader reader)
    {
        if (!ConnectionRules.Check(State, command, fromServer: false))
            return;
        switch (command)
        {
            case Command.ConnectionValidation:
                Validate(ref reader);
                break;
            case Command.Echo:
                var echo = Output.BeginMessage(Command.Echo, fromServer: true);
                Output.WriteBytes(reader.ReadRest());
                Output.EndMessage(echo);
                break;
            case Command.Search:
                _events.OnSearch(this, SearchRequest.Read(ref reader), reader.BigEndian);
                break;
            case Command.CreateChannel:
                CreateChannels(ref reader);
                break;
            case Command.DestroyChannel:
                DestroyByClient(reader.ReadUInt32(), reader.ReadUInt32());
                break;
            case Command.DestroyRequest:
                EndByClient(reader.ReadUInt32(), reader.ReadUInt32(), destroy: true);
                break;
            case Command.CancelRequest:
                EndByClient(reader.ReadUInt32(), reader.ReadUInt32(), destroy: false);
                break;
            case Command.Get or Command.Put or Command.PutGet or Command.Monitor or Command.Process or Command.Rpc:
                HandleOperation((OperationKind)command, ref reader);
                break;
            case Command.GetField:
                HandleGetField(ref reader);
                break;
            case Command.Message:
                var ioid = reader.ReadUInt32();
                _events.OnMessage(this, ioid, (StatusType)(reader.ReadByte() & 3), reader.ReadString());
                break;
        }
    }

    private void Validate(ref WireReader reader)
    {
        var credentials = ClientValidation.Read(ref reader, _values);
        State = ConnectionState.Ready;
        var status = _events.OnCredentials(this, credentials);
        var start = Output.BeginMessage(Command.ConnectionValidated, fromServer: true);
        status.Write(Output);
        Output.EndMessage(start);
    }

    private void CreateChannels(ref WireReader reader)
    {
        for (var left = reader.ReadUInt16(); left > 0; left--)
        {
            var cid = reader.ReadUInt32();
            var name = reader.ReadString();
            if (name.Length is 0 or > ServerProtocolOptions.MaxNameLength)
                RefuseChannel(cid, Status.Error($"a channel name has 1 to {ServerProtocolOptions.MaxNameLength} characters"));
            else if (_channels.Count >= _options.MaxChannels)
                throw new ProtocolException($"more than {_options.MaxChannels} channels on one connection");
            else
                _events.OnCreateChannel(this, cid, name);
        }
    }

    /// <summary>Grants a channel.</summary>
    public ServerChannel AcceptChannel(uint cid, string name, object? tag = null, uint? sid = null)
    {
        var channel = new ServerChannel(sid ?? NextSid(), cid, name) { Tag = tag };
        _channels.Add(channel.Sid, channel);
        var start = Output.BeginMessage(Command.CreateChannel, fromServer: true);
        Output.WriteUInt32(cid);
        Output.WriteUInt32(channel.Sid);
        Status.Ok.Write(Output);
        Output.EndMessage(start);
        return channel;
    }

    public void RefuseChannel(uint cid, Status reason)
    {
        var start = Output.BeginMessage(Command.CreateChannel, fromServer: true);
        Output.WriteUInt32(cid);
        Output.WriteUInt32(uint.MaxValue);
        reason.Write(Output);
        Output.EndMessage(start);
    }

    /// <summary>Takes a channel away from the client: the PV is gone. Its operations end with it.</summary>
    public void DestroyChannel(ServerChannel channel)
    {
        if (!_channels.ContainsKey(channel.Sid))
            return;
        WriteDestroyed(channel);
        Remove(channel);
    }

    private void DestroyByClient(uint sid, uint cid)
    {
        if (!_channels.TryGetValue(sid, out var channel) || channel.Cid != cid)
            return;
        Remove(channel);
        WriteDestroyed(channel);
        _events.OnChannelDestroyed(this, channel);
    }

    private void WriteDestroyed(ServerChannel channel)
    {
        var start = Output.BeginMessage(Command.DestroyChannel, fromServer: true);
        Output.WriteUInt32(channel.Sid);
        Output.WriteUInt32(channel.Cid);
        Output.EndMessage(start);
    }

    private void Remove(ServerChannel channel)
    {
        _channels.Remove(channel.Sid);
        foreach (var operation in channel.Operations.ToArray())
            End(operation, OperationTrigger.Destroy, tell: true);
    }

    /// <summary>Answers a search over this connection, in the byte order it came in.</summary>
    public void AnswerSearch(SearchResponse response, bool bigEndian)
    {
        var own = Output.BigEndian;
        Output.BigEndian = bigEndian;
        var start = Output.BeginMessage(Command.SearchResponse, fromServer: true);
        response.Write(Output);
        Output.EndMessage(start);
        Output.BigEndian = own;
    }

    /// <summary>A text for the client's log, about one of its requests.</summary>
    public void SendMessage(uint ioid, StatusType type, string text)
    {
        var start = Output.BeginMessage(Command.Message, fromServer: true);
        Output.WriteUInt32(ioid);
        Output.WriteByte((byte)type);
        Output.WriteString(text);
        Output.EndMessage(start);
    }

    /// <summary>The connection is gone: everything on it ends.</summary>
    public void Close()
    {
        foreach (var channel in _channels.Values.ToArray())
        {
            Remove(channel);
            _events.OnChannelDestroyed(this, channel);
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        Output.Dispose();
    }

    private uint NextSid()
    {
        do
            _lastSid = _lastSid == uint.MaxValue - 1 ? 1 : _lastSid + 1;
        while (_channels.ContainsKey(_lastSid));
        return _lastSid;
    }
}
