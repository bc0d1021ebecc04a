namespace ModelManager.Epics.Net;

/// <summary>The server refused a request; the message is its reason.</summary>
public sealed class PvaRefusedException(string pvName, string reason) : Exception($"PV '{pvName}': {reason}")
{
    public string PvName { get; } = pvName;
    public string Reason { get; } = reason;
}

/// <summary>The connection was lost while a request was under way: whether it was carried out is not known.</summary>
public sealed class PvaDisconnectedException(string pvName, string reason) : Exception($"PV '{pvName}': the connection was lost: {reason}")
{
    public string PvName { get; } = pvName;
}

/// <summary>No answer in time: not found, or found and silent.</summary>
public sealed class PvaTimeoutException(string pvName, TimeSpan timeout, bool connected)
    : Exception($"PV '{pvName}': {(connected ? "connected, but no answer" : "no server has answered the search")} within {timeout.TotalSeconds:0.###} s")
{
    public string PvName { get; } = pvName;
    public bool WasConnected { get; } = connected;
}
