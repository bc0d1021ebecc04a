using System.Net;
using ModelManager.Epics.AccessSecurity;

namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>Where a searched name is.</summary>
/// <param name="Endpoint">Null with <see cref="CaWhere.Here"/>: this server's own port.</param>
public readonly record struct CaLocation(CaWhere Where, IPEndPoint? Endpoint = null)
{
    public static CaLocation Unknown => default;
    public static CaLocation Here => new(CaWhere.Here);
    public static CaLocation At(IPEndPoint endpoint) => new(CaWhere.Elsewhere, endpoint);
    public static CaLocation Pending => new(CaWhere.Pending);

    /// <summary>At another server on the same addresses, with this TCP port.</summary>
    public static CaLocation Beside(int tcpPort) => new(CaWhere.Beside, new(IPAddress.Broadcast, tcpPort));
}

public enum CaWhere : byte
{
    Unknown,
    Here,
    /// <summary>Another server of ours has it: answered over TCP searches only.</summary>
    Elsewhere,
    /// <summary>Another server of this process has it: answered over UDP as well, since only one of several on a port hears a unicast search.</summary>
    Beside,
    /// <summary>It is ours, but nobody serves it at this moment: the search waits a while for who takes over.</summary>
    Pending,
}

/// <summary>What circuits need of the server they belong to.</summary>
public interface ICaServerHost
{
    CaServedPv? Find(string pvName);

    /// <summary>Where a channel name (with or without a field) is served.</summary>
    CaLocation Locate(string channelName);

    IAccessPolicy Access { get; }

    /// <summary>Nothing may be published at the moment: no beacons.</summary>
    bool IsSilent => false;

    /// <summary>The wall clock, for the stamp of puts that nobody handles.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The port that search answers name.</summary>
    ushort AdvertisedPort { get; }

    /// <summary>The address that search answers name; 0xFFFFFFFF = where the answer comes from.</summary>
    uint AdvertisedAddress { get; }

    /// <summary>A search that could not be answered yet. <paramref name="answer"/> is called when the PV appears in time.</summary>
    void Park(string channelName, Action answer);

    /// <summary>A put came to its end: for the audit. Called for refused ones too.</summary>
    void OnPut(in CaPut put, in CaPutResult result);
}

/// <summary>Bounds of what one client may make a server keep.</summary>
/// <param name="MaxRequestBytes">Largest payload a client may send.</param>
/// <param name="MaxReplyBytes">Largest payload it may ask for by an element count above the PV's own.</param>
/// <param name="TrustHostNames">False: access security sees the client's address, whatever name it claims (asCheckClientIP).</param>
public sealed record CaServerLimits(
    uint MaxRequestBytes = 64 << 20,
    int MaxReplyBytes = 1 << 20,
    int MaxChannels = 100_000,
    int MaxSubscriptions = 200_000,
    int MaxPutsInProgress = 10_000,
    bool TrustHostNames = true);
