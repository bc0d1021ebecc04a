namespace ModelManager.Epics.PvAccess;

/// <summary>Application messages (pvAccess protocol specification, "Application messages").</summary>
public enum Command : byte
{
    Beacon = 0, ConnectionValidation = 1, Echo = 2, Search = 3, SearchResponse = 4, AuthNZ = 5, AclChange = 6, CreateChannel = 7, DestroyChannel = 8,
    ConnectionValidated = 9, Get = 10, Put = 11, PutGet = 12, Monitor = 13, Array = 14, DestroyRequest = 15, Process = 16, GetField = 17,
    Message = 18, MultipleData = 19, Rpc = 20, CancelRequest = 21, OriginTag = 22,
}

/// <summary>Control messages: no payload, the size field carries data.</summary>
public enum ControlCommand : byte
{
    SetMarker = 0, AckMarker = 1, SetEndian = 2,
}

/// <summary>The bits of the sub-command byte of GET, PUT, PUT_GET, MONITOR, RPC and PROCESS.</summary>
[Flags]
public enum Subcommand : byte
{
    None = 0,
    /// <summary>PROCESS, and for MONITOR: start (with <see cref="Get"/>) or stop (alone).</summary>
    Process = 0x04,
    Init = 0x08,
    /// <summary>The request ends after this exchange; in MONITOR data: the stream has ended.</summary>
    Destroy = 0x10,
    Get = 0x40,
    /// <summary>PUT_GET: read the put value; MONITOR: pipelined init, or acknowledge.</summary>
    Pipeline = 0x80,
}
