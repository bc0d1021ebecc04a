using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>Our client and our server connected by memory: what one writes the other reads. One PV, <c>X</c>, whose value is <see cref="Value"/>.</summary>
internal sealed class Pair : IServerEvents, IClientEvents, IDisposable
{
    private readonly Dictionary<ServerOperation, MonitorQueue> _queues = [];

    public Pair(PvaStructure value, ServerProtocolOptions? server = null, ClientProtocolOptions? client = null)
    {
        Value = value;
        Server = new ServerProtocol(this, server);
        Client = new ClientProtocol(this, client ?? new ClientProtocolOptions { User = "me", Host = "here" });
        Server.Open();
        Run();
        Client.CreateChannel(1, "X");
        Run();
    }

    public PvaStructure Value { get; }
    public ServerProtocol Server { get; }
    public ClientProtocol Client { get; }
    public uint Sid { get; private set; }
    public List<string> Seen { get; } = [];
    public Status PutAnswer { get; set; } = Status.Ok;
    public Dictionary<ServerOperation, MonitorQueue> Queues => _queues;
    public PvaVariant? RpcArgument { get; private set; }

    /// <summary>Carries bytes both ways until nothing moves any more.</summary>
    public void Run()
    {
        while (Pump() || Server.Output.Count > 0 || Client.Output.Count > 0)
        {
            Move(Server.Output, Client.Receive);
            Move(Client.Output, Server.Receive);
        }
    }

    private bool Pump()
    {
        var wrote = false;
        foreach (var (operation, queue) in _queues)
            while (operation.State == OperationState.Streaming && queue.TryWrite(Server, operation))
                wrote = true;
        return wrote;
    }

    private static void Move(WireWriter from, Action<ReadOnlySpan<byte>> to)
    {
        var bytes = from.Written.ToArray();
        from.Clear();
        to(bytes);
    }

    private delegate void Action<T>(T bytes) where T : allows ref struct;

    public void Post(BitMask changed)
    {
        foreach (var queue in _queues.Values)
            queue.Post(Value, changed);
    }

    public Status OnCredentials(ServerProtocol protocol, ClientValidation credentials)
    {
        Seen.Add($"{credentials.Method} {credentials.Credential("user")}@{credentials.Credential("host")}");
        return Status.Ok;
    }

    public void OnCreateChannel(ServerProtocol protocol, uint cid, string name)
    {
        if (name == "X")
            protocol.AcceptChannel(cid, name);
        else
            protocol.RefuseChannel(cid, Status.Fatal("not here"));
    }

    public void OnChannelDestroyed(ServerProtocol protocol, ServerChannel channel) => Seen.Add("server: channel gone");

    public void OnInit(ServerProtocol protocol, ServerOperation operation)
    {
        protocol.AcceptInit(operation, operation.Kind == OperationKind.Rpc ? null : Value.Layout);
        if (operation is { Kind: OperationKind.Monitor, State: OperationState.Idle })
        {
            var queue = _queues[operation] = new MonitorQueue(Value.Layout, operation.Selected, operation.Request.QueueSize, operation.Window);
            queue.Post(Value, Value.Layout.Leaves);
        }
    }

    public void OnGet(ServerProtocol protocol, ServerOperation operation) => protocol.AnswerGet(operation, Status.Ok, Value, null);

    public void OnPut(ServerProtocol protocol, ServerOperation operation)
    {
        Seen.Add($"put {operation.Changed}");
        if (PutAnswer.IsSuccess && operation.Value is not null)
            Value.CopyFrom(operation.Value, operation.Changed!);
        if (operation.Kind == OperationKind.PutGet)
            protocol.AnswerGet(operation, PutAnswer, Value, null);
        else
            protocol.Answer(operation, PutAnswer);
    }

    public void OnRpc(ServerProtocol protocol, ServerOperation operation)
    {
        RpcArgument = operation.Argument;
        protocol.AnswerRpc(operation, Status.Ok, operation.Argument);
    }

    public void OnGetField(ServerProtocol protocol, ServerOperation operation, string subField) => protocol.AnswerGetField(operation, Status.Ok, Value.Type);

    public void OnMonitorStart(ServerProtocol protocol, ServerOperation operation) => _queues[operation].Start(true);

    public void OnMonitorStop(ServerProtocol protocol, ServerOperation operation) => _queues[operation].Start(false);

    public void OnMonitorAcknowledge(ServerProtocol protocol, ServerOperation operation, uint count) => _queues[operation].Acknowledge(count);

    public void OnCancel(ServerProtocol protocol, ServerOperation operation) => Seen.Add("server: cancel");

    public void OnDestroyed(ServerProtocol protocol, ServerOperation operation) => Seen.Add($"server: {operation.Kind} destroyed");

    public void OnSearch(ServerProtocol protocol, SearchRequest request, bool bigEndian) =>
        protocol.AnswerSearch(new SearchResponse(default, request.Sequence, new(System.Net.IPAddress.Any, 5075), "tcp", true, [request.Names[0].Id]), bigEndian);

    void IServerEvents.OnMessage(ServerProtocol protocol, uint ioid, StatusType type, string text) => Seen.Add($"server: {text}");

    public void OnValidated(ClientProtocol protocol, Status status) => Seen.Add($"validated {status}");

    public void OnChannelCreated(ClientProtocol protocol, uint cid, uint sid, Status status)
    {
        Seen.Add($"created {status}");
        if (status.IsSuccess)
            Sid = sid;
    }

    public void OnChannelDestroyed(ClientProtocol protocol, uint cid, uint sid) => Seen.Add("client: channel gone");

    public void OnInitialized(ClientProtocol protocol, ClientOperation operation, Status status) => Seen.Add($"init {operation.Kind} {status}");

    public void OnAnswered(ClientProtocol protocol, ClientOperation operation, Status status) => Seen.Add($"answer {operation.Kind} {status}");

    public void OnUpdate(ClientProtocol protocol, ClientOperation operation) => Seen.Add($"update {operation.Changed} {operation.Value!["value"]} {operation.Overrun}");

    public void OnEnded(ClientProtocol protocol, ClientOperation operation, Status status) => Seen.Add($"ended {status}");

    public void OnField(ClientProtocol protocol, ClientOperation operation, Status status, FieldDesc? type) => Seen.Add(Value.Type.Equals(type) ? "field same" : "field other");

    public void OnSearchResponse(ClientProtocol protocol, SearchResponse response) => Seen.Add($"found {response.Ids[0]}");

    public void OnEcho(ClientProtocol protocol) => Seen.Add("echo");

    void IClientEvents.OnMessage(ClientProtocol protocol, uint ioid, StatusType type, string text) => Seen.Add($"client: {type} {text}");

    public void Dispose()
    {
        Server.Dispose();
        Client.Dispose();
    }
}
