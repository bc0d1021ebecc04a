using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>A server answered a request with a failure, or the PV was lost while it was under way. The message names the PV and the cause.</summary>
public class CaException(string pvName, Eca status, string message) : Exception($"{pvName}: {message}")
{
    public string PvName { get; } = pvName;
    public Eca Status { get; } = status;
}

/// <summary>A put was refused.</summary>
public sealed class CaPutRefusedException(string pvName, Eca status, string message) : CaException(pvName, status, message);

/// <summary>No answer in time: the PV was not found, its server does not accept connections, or it does not answer. The message says which.</summary>
public sealed class CaTimeoutException(string pvName, string message) : TimeoutException($"{pvName}: {message}")
{
    public string PvName { get; } = pvName;
}
