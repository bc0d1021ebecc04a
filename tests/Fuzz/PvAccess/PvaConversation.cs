using ModelManager.Epics.PvAccess;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>One conversation of our client and our server that uses every message, step by step; both sides note what happens.</summary>
public sealed class PvaConversation : IServerEvents, IClientEvents, IDisposable
{
    /// <summary>Steps of the client; the states in which a connection is met are those before each of them.</summary>
    public const int Steps = 8;

    private readonly Dictionary<uint, ClientOperation> _operations = [];
    private readonly PvaStructure _value = PvaSeeds.Zoo();
    private uint _sid = 1;

    public PvaConversation(bool bigEndian = false, bool cache = false, int segment = 0)
    {
        Server = new ServerProtocol(this, new ServerProtocolOptions
        {
            BigEndian = bigEndian,
            UseTypeCache = cache,
            SegmentSize = segment,
            MaxMessageSize = 1 << 20,
            MaxDecodedBytes = 1 << 22,
            MaxChannels = 64,
            MaxOperations = 64,
        });
        Client = new ClientProtocol(this, new ClientProtocolOptions
        {
            User = "u",
            Host = "h",
            UseTypeCache = cache,
            SegmentSize = segment,
            MaxMessageSize = 1 << 20,
            MaxDecodedBytes = 1 << 22,
        });
        Server.Open();
    }

    public ServerProtocol Server { get; }
    public ClientProtocol Client { get; }

    /// <summary>What happened, one line an event.</summary>
    public List<string> Events { get; } = [];

    /// <summary>What one side sends in each step.</summary>
    public static IReadOnlyList<byte[]> Record(bool fromClient, bool bigEndian, bool cache, int segment)
    {
        using var conversation = new PvaConversation(bigEndian, cache, segment);
        var steps = new List<byte[]>();
        for (var step = 0; step < Steps; step++)
        {
            var (client, server) = conversation.Step(step);
            steps.Add(fromClient ? client : server);
        }
        return steps;
    }

    /// <summary>Brings both sides to the state before a step.</summary>
    public void AdvanceTo(int state)
    {
        for (var step = 0; step < state; step++)
            Step(step);
        Events.Clear();
    }

    /// <summary>One step: the client acts, both sides talk until nothing is left to say.</summary>
    public (byte[] Client, byte[] Server) Step(int step)
    {
        var (client, server) = (new List<byte>(), new List<byte>());
        Act(step);
        while (Client.Output.Count + Server.Output.Count > 0)
        {
            Carry(Server.Output, server, Client.Receive);
            Carry(Client.Output, client, Server.Receive);
        }
        return ([.. client], [.. server]);
    }

    /// <summary>What the client does in a step. Step 0 is the handshake: the server has spoken already.</summary>
    public void Act(int step)
    {
        switch (step)
        {
            case 1:
                Client.CreateChannel(1, "X");
                break;
            case 2:
                foreach (var (ioid, kind) in ((uint, OperationKind)[])[(1, OperationKind.Get), (2, OperationKind.Put), (3, OperationKind.Rpc), (4, OperationKind.PutGet), (5, OperationKind.Process)])
                    _operations[ioid] = Client.Init(kind, ioid, _sid, PvRequest.Everything);
                _operations[6] = Client.Init(OperationKind.Monitor, 6, _sid, PvRequest.Parse("record[pipeline=true,queueSize=4]field()"), 4);
                break;
            case 3:
                Client.Get(_operations[1]);
                Client.Put(_operations[2], PvaSeeds.Zoo(), new BitMask(0));
                Client.Rpc(_operations[3], PvaSeeds.Zoo());
                break;
            case 4:
                Client.Start(_operations[6]);
                Client.Acknowledge(_operations[6], 1);
                break;
            case 5:
                Client.Get(_operations[2]);
                Client.Put(_operations[4], PvaSeeds.Zoo(), new BitMask(1, 3));
                Client.Process(_operations[5]);
                Client.GetField(7, _sid);
                break;
            case 6:
                Client.Stop(_operations[6]);
                Client.Echo();
                Client.Search(new SearchRequest(1, SearchFlags.ReplyRequired, new(System.Net.IPAddress.Any, 0), ["tcp"], [new(1, "X")]));
                Client.Cancel(_operations[1]);
                Server.SendMessage(1, StatusType.Warning, "careful");
                break;
            case 7:
                Client.Destroy(_operations[1]);
                Client.DestroyChannel(1, _sid);
                break;
        }
    }

    private delegate void Receive(ReadOnlySpan<byte> bytes);

    private static void Carry(WireWriter from, List<byte> noted, Receive to)
    {
        var bytes = from.Written.ToArray();
        from.Clear();
        noted.AddRange(bytes);
        to(bytes);
    }

    private void Note(string text) => Events.Add(text);

    public Status OnCredentials(ServerProtocol protocol, ClientValidation credentials)
    {
        Note($"credentials {credentials.Method} {credentials.Credential("user")}");
        return Status.Ok;
    }

    public void OnCreateChannel(ServerProtocol protocol, uint cid, string name)
    {
        Note($"create {cid} {name}");
        if (name == "X")
            protocol.AcceptChannel(cid, name);
        else
            protocol.RefuseChannel(cid, Status.Error("not here"));
    }

    public void OnChannelDestroyed(ServerProtocol protocol, ServerChannel channel) => Note($"channel gone {channel.Cid}");

    public void OnInit(ServerProtocol protocol, ServerOperation operation)
    {
        Note($"init {operation.Kind} {operation.Ioid} {operation.Window}");
        protocol.AcceptInit(operation, operation.Kind is OperationKind.Rpc or OperationKind.Process ? null : _value.Layout);
    }

    public void OnGet(ServerProtocol protocol, ServerOperation operation)
    {
        Note($"get {operation.Ioid}");
        protocol.AnswerGet(operation, Status.Ok, _value, null);
    }

    public void OnPut(ServerProtocol protocol, ServerOperation operation)
    {
        Note($"put {operation.Ioid} {operation.Changed}");
        if (operation.Kind == OperationKind.PutGet)
            protocol.AnswerGet(operation, Status.Ok, _value, null);
        else
            protocol.Answer(operation, Status.Ok);
    }

    public void OnRpc(ServerProtocol protocol, ServerOperation operation)
    {
        Note($"rpc {operation.Ioid}");
        protocol.AnswerRpc(operation, Status.Ok, operation.Argument);
    }

    public void OnGetField(ServerProtocol protocol, ServerOperation operation, string subField)
    {
        Note($"field {operation.Ioid} {subField}");
        protocol.AnswerGetField(operation, Status.Ok, _value.Type);
    }

    public void OnMonitorStart(ServerProtocol protocol, ServerOperation operation)
    {
        Note($"start {operation.Ioid}");
        protocol.WriteUpdate(operation, _value, new BitMask(0));
        protocol.WriteUpdate(operation, _value, new BitMask(1, 3), new BitMask(1));
    }

    public void OnMonitorStop(ServerProtocol protocol, ServerOperation operation) => Note($"stop {operation.Ioid}");

    public void OnMonitorAcknowledge(ServerProtocol protocol, ServerOperation operation, uint count) => Note($"ack {operation.Ioid} {count}");

    public void OnCancel(ServerProtocol protocol, ServerOperation operation) => Note($"cancel {operation.Ioid}");

    public void OnDestroyed(ServerProtocol protocol, ServerOperation operation) => Note($"destroyed {operation.Ioid}");

    public void OnSearch(ServerProtocol protocol, SearchRequest request, bool bigEndian)
    {
        Note($"search {request.Names.Length}");
        protocol.AnswerSearch(new SearchResponse(new(1, 2), request.Sequence, new(System.Net.IPAddress.Any, 5075), "tcp", false, []), bigEndian);
    }

    void IServerEvents.OnMessage(ServerProtocol protocol, uint ioid, StatusType type, string text) => Note($"message {ioid} {text}");

    public void OnValidated(ClientProtocol protocol, Status status) => Note($"validated {status}");

    public void OnChannelCreated(ClientProtocol protocol, uint cid, uint sid, Status status)
    {
        Note($"created {cid} {sid} {status}");
        if (status.IsSuccess)
            _sid = sid;
    }

    public void OnChannelDestroyed(ClientProtocol protocol, uint cid, uint sid) => Note($"taken {cid}");

    public void OnInitialized(ClientProtocol protocol, ClientOperation operation, Status status) => Note($"initialized {operation.Ioid} {status}");

    public void OnAnswered(ClientProtocol protocol, ClientOperation operation, Status status) => Note($"answered {operation.Ioid} {status} {operation.Changed}");

    public void OnUpdate(ClientProtocol protocol, ClientOperation operation) => Note($"update {operation.Ioid} {operation.Changed} {operation.Overrun}");

    public void OnEnded(ClientProtocol protocol, ClientOperation operation, Status status) => Note($"ended {operation.Ioid} {status}");

    public void OnField(ClientProtocol protocol, ClientOperation operation, Status status, FieldDesc? type) => Note($"field {operation.Ioid} {type?.TotalFields}");

    public void OnSearchResponse(ClientProtocol protocol, SearchResponse response) => Note($"found {response.Found} {response.Ids.Length}");

    public void OnEcho(ClientProtocol protocol) => Note("echo");

    void IClientEvents.OnMessage(ClientProtocol protocol, uint ioid, StatusType type, string text) => Note($"message {ioid} {text}");

    public void Dispose()
    {
        Server.Dispose();
        Client.Dispose();
    }
}
