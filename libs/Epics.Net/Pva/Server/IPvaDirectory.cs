using System.Net;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>Knows PVs that other servers of the same system host: a <see cref="PvaServer"/> with one answers searches over TCP for all of them.</summary>
public interface IPvaDirectory
{
    PvaPlace Find(string pvName);
}

/// <summary>Where a PV is served.</summary>
public readonly record struct PvaPlace(PvaPlaceKind Kind, IPEndPoint? Server = null, ServerGuid Guid = default)
{
    /// <summary>Not a PV of ours: the search is not answered.</summary>
    public static PvaPlace Unknown => default;

    /// <summary>Ours, but without a server at this moment: the search is kept until one takes over.</summary>
    public static PvaPlace Nowhere => new(PvaPlaceKind.Nowhere);

    public static PvaPlace At(IPEndPoint server, ServerGuid guid) => new(PvaPlaceKind.Elsewhere, server, guid);
}

public enum PvaPlaceKind : byte
{
    Unknown, Nowhere, Elsewhere,
}
