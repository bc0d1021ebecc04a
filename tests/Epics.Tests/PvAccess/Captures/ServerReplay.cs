using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>Plays the client's half of a capture to our server protocol, which answers with the ids and types of the captured server; notes every event.</summary>
internal sealed class ServerReplay : IServerEvents, IDisposable
{
    private readonly Dictionary<uint, uint> _sids = [];
    private readonly Dictionary<uint, StructureLayout> _layouts = [];
    private readonly HashSet<uint> _refused = [];
    private readonly ServerProtocol _protocol;

    public ServerReplay(Capture capture, int stream)
    {
        _protocol = new ServerProtocol(this);
        Learn(capture, stream);
        _protocol.Open();
    }

    public List<string> Events { get; } = [];
    public ServerProtocol Protocol => _protocol;

    /// <summary>Feeds the client's bytes, cut as told: each call gives the length of the next piece.</summary>
    public void Play(Capture capture, int stream, Func<int> nextCut)
    {
        try
        {
            foreach (var line in capture.Lines.Where(line => line.Stream == stream && line.FromClient))
                for (var at = 0; at < line.Bytes.Length;)
                {
                    var count = Math.Min(nextCut(), line.Bytes.Length - at);
                    _protocol.Receive(line.Bytes.AsSpan(at, count));
                    at += count;
                }
        }
        catch (ProtocolException problem)
        {
            Events.Add($"closed: {problem.Message}");
        }
    }

    // What the captured server granted and of which type, so that the later messages of the client fit.
    private void Learn(Capture capture, int stream)
    {
        var types = new TypeReader();
        foreach (var (header, raw) in CaptureCodecTests.Messages(capture, stream))
        {
            if (header.IsControl || (header.Flags & HeaderFlags.FromServer) == 0)
                continue;
            var reader = new WireReader(raw.AsSpan(MessageHeader.Size), header.BigEndian);
            switch ((Command)header.Command)
            {
                case Command.CreateChannel:
                    var (cid, sid) = (reader.ReadUInt32(), reader.ReadUInt32());
                    if (Status.Read(ref reader).IsSuccess)
                        _sids[cid] = sid;
                    break;
                case Command.Get or Command.Put or Command.Monitor:
                    var ioid = reader.ReadUInt32();
                    if (((Subcommand)reader.ReadByte() & Subcommand.Init) == 0)
                        break;
                    if (Status.Read(ref reader).IsSuccess)
                        _layouts[ioid] = types.Read(ref reader)!.Layout;
                    else
                        _refused.Add(ioid);
                    break;
                case Command.GetField:
                    reader.ReadUInt32();
                    if (Status.Read(ref reader).IsSuccess)
                        types.Read(ref reader);
                    break;
            }
        }
    }

    public Status OnCredentials(ServerProtocol protocol, ClientValidation credentials)
    {
        Events.Add($"credentials {credentials.Method} {credentials.Credential("user")}@{credentials.Credential("host")}");
        return Status.Ok;
    }

    public void OnCreateChannel(ServerProtocol protocol, uint cid, string name)
    {
        Events.Add($"create {cid:X} {name}");
        if (_sids.TryGetValue(cid, out var sid))
            protocol.AcceptChannel(cid, name, null, sid);
        else
            protocol.RefuseChannel(cid, Status.Error("not found"));
    }

    public void OnChannelDestroyed(ServerProtocol protocol, ServerChannel channel) => Events.Add($"channel gone {channel.Name}");

    public void OnInit(ServerProtocol protocol, ServerOperation operation)
    {
        Events.Add($"init {operation.Kind} {operation.Ioid:X} {EventText.Of(operation.Request.Value)} window {operation.Window}");
        if (_refused.Contains(operation.Ioid) || (operation.Kind != OperationKind.Rpc && !_layouts.ContainsKey(operation.Ioid)))
            protocol.RefuseInit(operation, Status.Error("refused"));
        else
            protocol.AcceptInit(operation, _layouts.GetValueOrDefault(operation.Ioid));
    }

    public void OnGet(ServerProtocol protocol, ServerOperation operation)
    {
        Events.Add($"get {operation.Ioid:X}");
        protocol.AnswerGet(operation, Status.Ok, new PvaStructure(operation.Layout!), null);
    }

    public void OnPut(ServerProtocol protocol, ServerOperation operation)
    {
        Events.Add($"put {operation.Ioid:X} {EventText.Of(operation.Value, operation.Changed)}");
        protocol.Answer(operation, Status.Ok);
    }

    public void OnRpc(ServerProtocol protocol, ServerOperation operation)
    {
        Events.Add($"rpc {operation.Ioid:X} {EventText.Of(operation.Argument)}");
        protocol.AnswerRpc(operation, Status.Ok, (PvaStructure?)null);
    }

    public void OnGetField(ServerProtocol protocol, ServerOperation operation, string subField)
    {
        Events.Add($"field {operation.Ioid:X} '{subField}'");
        protocol.AnswerGetField(operation, Status.Ok, NtTypes.Alarm);
    }

    public void OnMonitorStart(ServerProtocol protocol, ServerOperation operation) => Events.Add($"start {operation.Ioid:X}");

    public void OnMonitorStop(ServerProtocol protocol, ServerOperation operation) => Events.Add($"stop {operation.Ioid:X}");

    public void OnMonitorAcknowledge(ServerProtocol protocol, ServerOperation operation, uint count) => Events.Add($"ack {operation.Ioid:X} {count}");

    public void OnCancel(ServerProtocol protocol, ServerOperation operation) => Events.Add($"cancel {operation.Ioid:X}");

    public void OnDestroyed(ServerProtocol protocol, ServerOperation operation) => Events.Add($"destroyed {operation.Ioid:X}");

    public void OnSearch(ServerProtocol protocol, SearchRequest request, bool bigEndian) => Events.Add($"search {string.Join(',', request.Names)}");

    public void OnMessage(ServerProtocol protocol, uint ioid, StatusType type, string text) => Events.Add($"message {text}");

    public void Dispose() => _protocol.Dispose();
}
