using System.Net;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>What is known of a PV without reading it.</summary>
public sealed record PvaInfo(string Name, IPEndPoint Server, FieldDesc Type);

/// <summary>A server that answered a discovery.</summary>
public sealed record PvaServerInfo(ServerGuid Guid, IPEndPoint Address);
