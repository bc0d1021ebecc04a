namespace ModelManager.Epics.PvAccess;

/// <summary>A channel a client created: its ids, and the requests that live on it.</summary>
public sealed class ServerChannel(uint sid, uint cid, string name)
{
    /// <summary>Chosen by the server.</summary>
    public uint Sid { get; } = sid;

    /// <summary>Chosen by the client.</summary>
    public uint Cid { get; } = cid;

    public string Name { get; } = name;

    /// <summary>What the application attached: its PV.</summary>
    public object? Tag { get; set; }

    internal List<ServerOperation> Operations { get; } = [];
}

/// <summary>A request of a client, as the server sees it.</summary>
public sealed class ServerOperation(OperationKind kind, uint ioid, ServerChannel channel, PvRequest request)
{
    public OperationKind Kind { get; } = kind;
    public uint Ioid { get; } = ioid;
    public ServerChannel Channel { get; } = channel;
    public PvRequest Request { get; } = request;
    public OperationState State { get; internal set; } = kind == OperationKind.GetField ? OperationState.Busy : OperationState.Initializing;

    /// <summary>The type announced in the answer to INIT; null for RPC.</summary>
    public StructureLayout? Layout { get; internal set; }

    /// <summary>The leaf fields the client asked for.</summary>
    public BitMask Selected { get; internal set; } = new();

    /// <summary>The room a pipelining client announced in INIT; null where it does not pipeline.</summary>
    public uint? Window { get; internal set; }

    /// <summary>Counts the exchanges: an answer that comes late, to one that was cancelled, is known by it.</summary>
    public int Exchange { get; internal set; }

    /// <summary>The sub-command under way; its answer echoes it.</summary>
    public Subcommand Subcommand { get; internal set; }

    /// <summary>The value of a PUT or PUT_GET, with the fields that were sent.</summary>
    public PvaStructure? Value { get; internal set; }

    public BitMask? Changed { get; internal set; }

    /// <summary>The argument of an RPC; null for the null type.</summary>
    public PvaVariant? Argument { get; internal set; }

    /// <summary>What the application attached.</summary>
    public object? Tag { get; set; }

    internal bool Advance(OperationTrigger trigger)
    {
        if (!OperationRules.TryNext(Kind, State, trigger, out var next))
            return false;
        State = next;
        return true;
    }
}
