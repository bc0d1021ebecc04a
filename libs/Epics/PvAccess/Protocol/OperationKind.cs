namespace ModelManager.Epics.PvAccess;

/// <summary>Requests that live on a channel under an id of the client's (ioid). The values are those of <see cref="Command"/>.</summary>
public enum OperationKind : byte
{
    Get = 10, Put = 11, PutGet = 12, Monitor = 13, Process = 16, GetField = 17, Rpc = 20,
}

public enum OperationState : byte
{
    /// <summary>INIT was sent, its answer not yet.</summary>
    Initializing,
    /// <summary>Ready for the next exchange; a monitor that is stopped.</summary>
    Idle,
    /// <summary>One exchange is under way.</summary>
    Busy,
    /// <summary>A monitor that is started.</summary>
    Streaming,
    /// <summary>Ended: the id is free.</summary>
    Done,
}

/// <summary>What can happen to an operation.</summary>
public enum OperationTrigger : byte
{
    InitAccepted, InitRefused, Execute, ExecuteLast, Answered, Start, Stop, Acknowledge, Update, End, Cancel, Destroy,
}
