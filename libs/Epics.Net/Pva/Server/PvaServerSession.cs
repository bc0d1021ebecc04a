using System.Net.Sockets;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>One client of a <see cref="PvaServer"/>.</summary>
internal sealed class PvaServerSession : PvaConnection, IServerEvents
{
    /// <summary>Output collected before it is sent; newer values wait in their queues, where they can still replace older ones.</summary>
    private const int Batch = 64 * 1024;

    /// <summary>Updates of one subscription before the next has its turn.</summary>
    private const int Turn = 64;

    private readonly PvaServer _server;
    private readonly ServerProtocol _protocol;
    private readonly Queue<PvaServerMonitor> _ready = new();

    public PvaServerSession(PvaServer server, Socket socket, TimeProvider clock) : base(socket, clock)
    {
        _server = server;
        _protocol = new ServerProtocol(this, server.Options.Protocol);
        Peer = new("", "", "anonymous", Remote);
        _protocol.Open();
    }

    public PvaPeer Peer { get; private set; }

    protected override WireWriter Output { get => _protocol.Output; set => _protocol.Output = value; }
    protected override MessageAssembler Input => _protocol.Input;

    protected override void ProcessInput() => _protocol.Process();

    internal void Enqueue(PvaServerMonitor monitor)
    {
        lock (_ready)
            _ready.Enqueue(monitor);
        Wake();
    }

    protected override bool Produce()
    {
        while (true)
        {
            PvaServerMonitor? monitor;
            lock (_ready)
            {
                if (_ready.Count == 0)
                    return false;
                if (_protocol.Output.Count >= Batch)
                    return true;
                monitor = _ready.Dequeue();
            }
            monitor.TurnBegins();
            var sent = 0;
            while (monitor.Operation.State == OperationState.Streaming && monitor.Queue.TryWrite(_protocol, monitor.Operation))
            {
                if (++sent < Turn && _protocol.Output.Count < Batch)
                    continue;
                monitor.Wake();
                break;
            }
        }
    }

    protected override void OnFault(Exception problem) => _server.LogHandlerFailed(problem);

    protected override void OnClosed(string reason)
    {
        _protocol.Close();
        _server.Remove(this, reason);
    }

    /// <summary>Takes a PV away from this client.</summary>
    public void Drop(ServedPv pv) => Post(() =>
    {
        foreach (var channel in _protocol.Channels.Where(channel => ReferenceEquals(channel.Tag, pv)).ToArray())
            _protocol.DestroyChannel(channel);
    });

    /// <summary>Answers a search that was kept until now.</summary>
    public void AnswerLater(SearchResponse response, bool bigEndian) => Post(() => _protocol.AnswerSearch(response, bigEndian));

    public Status OnCredentials(ServerProtocol protocol, ClientValidation credentials)
    {
        if (credentials.Method is not ("ca" or "anonymous"))
            return Status.Error("Client selects unadvertised auth");
        // pvxs 1.5 clients leave user and host empty: rules for hosts, and the audit, have their address at least.
        var host = credentials.Credential("host");
        Peer = new(credentials.Credential("user"), host.Length > 0 ? host : Remote.Address.ToString(), credentials.Method, Remote);
        return Status.Ok;
    }

    public void OnCreateChannel(ServerProtocol protocol, uint cid, string name)
    {
        if (name == PvaServer.ServerChannelName)
            protocol.AcceptChannel(cid, name);
        else if (_server.Find(name) is { } pv)
            protocol.AcceptChannel(cid, name, pv);
        else
            protocol.RefuseChannel(cid, Status.Fatal($"there is no PV '{name}' here"));
    }

    public void OnChannelDestroyed(ServerProtocol protocol, ServerChannel channel)
    {
    }

    public void OnInit(ServerProtocol protocol, ServerOperation operation)
    {
        if (operation.Kind == OperationKind.Rpc)
        {
            protocol.AcceptInit(operation, null);
            return;
        }
        if (operation.Channel.Tag is not ServedPv pv)
        {
            protocol.RefuseInit(operation, Status.Error($"'{operation.Channel.Name}' answers RPC only"));
            return;
        }
        if (operation.Kind is OperationKind.Get or OperationKind.Monitor or OperationKind.PutGet && Denied(pv, write: false) is { } denied)
        {
            protocol.RefuseInit(operation, Status.Error(denied));
            return;
        }
        protocol.AcceptInit(operation, pv.Layout);
        if (operation is { Kind: OperationKind.Monitor, State: OperationState.Idle })
            operation.Tag = new PvaServerMonitor(this, operation, pv);
    }

    public void OnGet(ServerProtocol protocol, ServerOperation operation)
    {
        var pv = (ServedPv)operation.Channel.Tag!;
        if (Denied(pv, write: false) is { } denied)
            protocol.AnswerGet(operation, Status.Error(denied), null, null);
        else
            pv.Answer(protocol, operation);
    }

    public void OnPut(ServerProtocol protocol, ServerOperation operation)
    {
        var pv = (ServedPv)operation.Channel.Tag!;
        if (Denied(pv, write: true) is { } denied)
        {
            _server.CountPut(pv, Peer, denied);
            protocol.Answer(operation, Status.Error(denied));
            return;
        }
        if (operation.Kind == OperationKind.Process)
        {
            protocol.Answer(operation, Status.Error($"'{pv.Name}' cannot be processed"));
            return;
        }
        if (pv.OnPut is not { } handler)
        {
            _server.CountPut(pv, Peer, "read-only");
            protocol.Answer(operation, Status.Error($"'{pv.Name}' is read-only"));
            return;
        }
        var request = new PutRequest(pv, Peer, operation.Value!, operation.Changed!);
        var exchange = operation.Exchange;
        Complete(Guard(() => handler(request), problem => PutReply.Refused(problem)), reply =>
        {
            _server.CountPut(pv, Peer, reply.Refusal);
            if (reply.Refusal is null && reply.Post)
                pv.Post(request.Value, request.Changed);
            // Cancelled and asked again meanwhile: this is not the answer to that.
            if (operation.Exchange != exchange)
                return;
            if (operation.Kind == OperationKind.PutGet && reply.Refusal is null)
                pv.Answer(protocol, operation);
            else
                protocol.Answer(operation, reply.Refusal is null ? Status.Ok : Status.Error(reply.Refusal));
        });
    }

    public void OnRpc(ServerProtocol protocol, ServerOperation operation)
    {
        var argument = operation.Argument?.Box() as PvaStructure;
        if (operation.Channel.Tag is not ServedPv pv)
        {
            var (status, names) = _server.AnswerServerRpc(argument);
            protocol.AnswerRpc(operation, status, names);
        }
        else if (pv.OnRpc is { } handler)
        {
            Complete(Guard(async () => (Result: await handler(argument, Peer), Problem: (string?)null), problem => (null, problem)),
                outcome => protocol.AnswerRpc(operation, outcome.Problem is null ? Status.Ok : Status.Error(outcome.Problem), outcome.Result));
        }
        else
        {
            protocol.AnswerRpc(operation, Status.Error($"'{pv.Name}' has no RPC"), (PvaStructure?)null);
        }
    }

    public void OnGetField(ServerProtocol protocol, ServerOperation operation, string subField)
    {
        var type = operation.Channel.Tag is ServedPv pv ? pv.Layout.Type : FieldDesc.Structure("");
        protocol.AnswerGetField(operation, Status.Ok, type);
    }

    public void OnMonitorStart(ServerProtocol protocol, ServerOperation operation)
    {
        if (operation.Tag is not PvaServerMonitor monitor)
            return;
        if (!monitor.Subscribed)
        {
            monitor.Subscribed = true;
            monitor.Pv.Subscribe(monitor);
        }
        if (monitor.Queue.Start(true))
            monitor.Wake();
    }

    public void OnMonitorStop(ServerProtocol protocol, ServerOperation operation) => (operation.Tag as PvaServerMonitor)?.Queue.Start(false);

    public void OnMonitorAcknowledge(ServerProtocol protocol, ServerOperation operation, uint count)
    {
        if (operation.Tag is PvaServerMonitor monitor && monitor.Queue.Acknowledge(count))
            monitor.Wake();
    }

    public void OnCancel(ServerProtocol protocol, ServerOperation operation) => OnMonitorStop(protocol, operation);

    public void OnDestroyed(ServerProtocol protocol, ServerOperation operation)
    {
        if (operation.Tag is PvaServerMonitor { Subscribed: true } monitor)
            monitor.Pv.Unsubscribe(monitor);
    }

    public void OnSearch(ServerProtocol protocol, SearchRequest request, bool bigEndian)
    {
        foreach (var response in _server.AnswerSearch(request, new SearchOrigin(this, null, bigEndian)))
            protocol.AnswerSearch(response, bigEndian);
    }

    public void OnMessage(ServerProtocol protocol, uint ioid, StatusType type, string text) => _server.LogMessage(Peer, type, text);

    // Null where access is granted. Rules that fail grant nothing.
    private string? Denied(ServedPv pv, bool write)
    {
        if (_server.Access is not { } access)
            return null;
        try
        {
            var decision = write ? access.CanWrite(Peer, pv.Name) : access.CanRead(Peer, pv.Name);
            return decision.Granted ? null : decision.Reason;
        }
        catch (Exception problem)
        {
            _server.LogHandlerFailed(problem);
            return $"the access rules of '{pv.Name}' failed: {problem.Message}";
        }
    }

    // An answer that is ready at once goes out in the same breath; otherwise it comes back as a command.
    private void Complete<T>(ValueTask<T> task, Action<T> answer)
    {
        if (task.IsCompletedSuccessfully)
            answer(task.Result);
        else
            _ = Later(task, answer);
    }

    private async Task Later<T>(ValueTask<T> task, Action<T> answer)
    {
        var result = await task;
        Post(() => answer(result));
    }

    // Whatever a handler throws is told to the client that caused it, and never ends the connection.
    private async ValueTask<T> Guard<T>(Func<ValueTask<T>> handler, Func<string, T> failed)
    {
        try
        {
            return await handler();
        }
        catch (Exception problem)
        {
            _server.LogHandlerFailed(problem);
            return failed(problem.Message);
        }
    }
}
