namespace ModelManager.Epics.PvAccess;

/// <summary>The client's side of one connection, without sockets: bytes in, <see cref="IClientEvents"/> out; commands in, bytes out (<see cref="Output"/>).</summary>
/// <remarks>Not safe for several threads. A <see cref="ProtocolException"/> means: close the connection, its message is the reason.</remarks>
public sealed partial class ClientProtocol : IDisposable
{
    private readonly IClientEvents _events;
    private readonly ClientProtocolOptions _options;
    private readonly MessageAssembler _input;
    private readonly ValueReader _values;
    private readonly ValueWriter _writer;
    private readonly Dictionary<uint, ClientOperation> _operations = [];

    public ClientProtocol(IClientEvents events, ClientProtocolOptions? options = null)
    {
        _events = events;
        _options = options ?? ClientProtocolOptions.Default;
        _input = new(_options.MaxMessageSize);
        _values = new(new TypeReader(), _options.MaxDecodedBytes);
        _writer = new(new TypeWriter(_options.UseTypeCache));
    }

    /// <summary>Bytes to send; the shell takes them and clears it, or swaps it for an empty one.</summary>
    public WireWriter Output { get; set; } = new();

    public ConnectionState State { get; private set; } = ConnectionState.Opening;
    public MessageAssembler Input => _input;
    public int OperationCount => _operations.Count;

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
            if ((header.Flags & HeaderFlags.FromServer) == 0)
                throw new ProtocolException("a message of a client came from a server");
            if (header.IsControl)
            {
                if (header.Command == (byte)ControlCommand.SetEndian)
                    Output.BigEndian = header.BigEndian;
                continue;
            }
            var reader = new WireReader(payload, header.BigEndian);
            Handle((Command)header.Command, ref reader);
        }
    }

    private void Handle(Command command, ref WireReader reader)
    {
        if (!ConnectionRules.Check(State, command, fromServer: true))
            return;
        switch (command)
        {
            case Command.ConnectionValidation:
                Validate(ServerValidation.Read(ref reader));
                break;
            case Command.ConnectionValidated:
                State = ConnectionState.Ready;
                _events.OnValidated(this, Status.Read(ref reader));
                break;
            case Command.Echo:
                _events.OnEcho(this);
                break;
            case Command.SearchResponse:
                _events.OnSearchResponse(this, SearchResponse.Read(ref reader));
                break;
            case Command.CreateChannel:
                _events.OnChannelCreated(this, reader.ReadUInt32(), reader.ReadUInt32(), Status.Read(ref reader));
                break;
            case Command.DestroyChannel:
                ChannelDestroyed(reader.ReadUInt32(), reader.ReadUInt32());
                break;
            case Command.Get or Command.Put or Command.PutGet or Command.Process or Command.Rpc or Command.Monitor:
                HandleOperation((OperationKind)command, ref reader);
                break;
            case Command.GetField:
                HandleField(ref reader);
                break;
            case Command.Message:
                var ioid = reader.ReadUInt32();
                _events.OnMessage(this, ioid, (StatusType)(reader.ReadByte() & 3), reader.ReadString());
                break;
        }
    }

    // The last method a client knows is the strongest it shares with the server.
    private void Validate(ServerValidation offer)
    {
        State = ConnectionState.Validating;
        var answer = _options.User is { } user && offer.Methods.Contains("ca") ? ClientValidation.Ca(user, _options.Host) : ClientValidation.Anonymous;
        var start = Output.BeginMessage(Command.ConnectionValidation, fromServer: false);
        answer.Write(Output, _writer);
        Output.EndMessage(start);
    }

    /// <summary>Asks for a channel. One name a message: pvAccessCPP drops the connection on more (raw-multi-create).</summary>
    public void CreateChannel(uint cid, string name)
    {
        var start = Output.BeginMessage(Command.CreateChannel, fromServer: false);
        Output.WriteUInt16(1);
        Output.WriteUInt32(cid);
        Output.WriteString(name);
        Output.EndMessage(start);
    }

    /// <summary>Gives a channel back; its operations end at once.</summary>
    public void DestroyChannel(uint cid, uint sid)
    {
        Forget(sid);
        var start = Output.BeginMessage(Command.DestroyChannel, fromServer: false);
        Output.WriteUInt32(sid);
        Output.WriteUInt32(cid);
        Output.EndMessage(start);
    }

    public void Echo()
    {
        var start = Output.BeginMessage(Command.Echo, fromServer: false);
        Output.EndMessage(start);
    }

    /// <summary>Searches over this connection: the server is used as a name server.</summary>
    public void Search(SearchRequest request)
    {
        var start = Output.BeginMessage(Command.Search, fromServer: false);
        request.Write(Output);
        Output.EndMessage(start);
    }

    private void ChannelDestroyed(uint sid, uint cid)
    {
        Forget(sid);
        _events.OnChannelDestroyed(this, cid, sid);
    }

    private void Forget(uint sid)
    {
        foreach (var operation in _operations.Values.Where(operation => operation.Sid == sid).ToArray())
        {
            operation.State = OperationState.Done;
            _operations.Remove(operation.Ioid);
        }
    }

    public void Dispose()
    {
        _input.Dispose();
        Output.Dispose();
    }
}
