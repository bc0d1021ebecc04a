namespace ModelManager.Epics.PvAccess;

/// <summary>A request, as the client that made it sees it.</summary>
public sealed class ClientOperation(OperationKind kind, uint ioid, uint sid)
{
    public OperationKind Kind { get; } = kind;
    public uint Ioid { get; } = ioid;
    public uint Sid { get; } = sid;
    public OperationState State { get; internal set; } = kind == OperationKind.GetField ? OperationState.Busy : OperationState.Initializing;

    /// <summary>The last full value: every answer and update is merged into it. Null before INIT was answered, and for RPC.</summary>
    public PvaStructure? Value { get; internal set; }

    /// <summary>The fields of the last answer or update.</summary>
    public BitMask Changed { get; } = new();

    /// <summary>The fields that changed more than once since the update before.</summary>
    public BitMask Overrun { get; } = new();

    /// <summary>The result of an RPC; null for the null type.</summary>
    public PvaVariant? Result { get; internal set; }

    /// <summary>The sub-command under way.</summary>
    public Subcommand Subcommand { get; internal set; }

    public bool Pipelined { get; internal set; }

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
