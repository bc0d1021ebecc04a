using System.Collections.Immutable;

namespace ModelManager.Epics.PvAccess;

/// <summary>Where one server listens and how it is found. Per instance; <see cref="FromEnvironment"/> gives what EPICS servers would use.</summary>
public sealed record PvaServerOptions
{
    /// <summary>TCP port; where it is taken, a free one is used and told in search answers (EPICS_PVAS_SERVER_PORT, then EPICS_PVA_SERVER_PORT). 0 = any free one.</summary>
    public int ServerPort { get; init; } = PvaClientOptions.DefaultServerPort;

    /// <summary>UDP port of searches and beacons (EPICS_PVAS_BROADCAST_PORT, then EPICS_PVA_BROADCAST_PORT).</summary>
    public int BroadcastPort { get; init; } = PvaClientOptions.DefaultBroadcastPort;

    /// <summary>Interfaces to listen on; empty = all (EPICS_PVAS_INTF_ADDR_LIST).</summary>
    public ImmutableArray<EpicsAddress> Interfaces { get; init; } = [];

    /// <summary>Where beacons go besides broadcasts (EPICS_PVAS_BEACON_ADDR_LIST, then EPICS_PVA_ADDR_LIST).</summary>
    public ImmutableArray<EpicsAddress> BeaconAddresses { get; init; } = [];

    /// <summary>Beacons are broadcast on every interface (EPICS_PVAS_AUTO_BEACON_ADDR_LIST, then EPICS_PVA_AUTO_ADDR_LIST).</summary>
    public bool AutoBeaconAddresses { get; init; } = true;

    /// <summary>Searches from here are not answered (EPICS_PVAS_IGNORE_ADDR_LIST).</summary>
    public ImmutableArray<EpicsAddress> IgnoredAddresses { get; init; } = [];

    /// <summary>A connection that was silent for 4/3 of this is given up (EPICS_PVA_CONN_TMO).</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Told to clients in place of our own address and port: a NAT, service or firewall stands between.</summary>
    public EpicsAddress? Advertise { get; init; }

    /// <summary>Answers searches by UDP and sends beacons. Off: reachable over TCP search only.</summary>
    public bool UseUdp { get; init; } = true;

    /// <summary>How long a search for a name that has no server at this moment is kept.</summary>
    public TimeSpan ParkedSearchLifetime { get; init; } = TimeSpan.FromSeconds(15);

    public int MaxParkedSearches { get; init; } = 10_000;
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Protocol choices: byte order, type cache, segments, limits.</summary>
    public ServerProtocolOptions Protocol { get; init; } = ServerProtocolOptions.Default;

    /// <exception cref="FormatException">A variable cannot be read; the message names it.</exception>
    public static PvaServerOptions FromEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        var environment = new EpicsEnvironment(variables);
        var defaults = new PvaServerOptions();
        return defaults with
        {
            ServerPort = environment.Port("EPICS_PVAS_SERVER_PORT", "EPICS_PVA_SERVER_PORT") ?? PvaClientOptions.DefaultServerPort,
            BroadcastPort = environment.Port("EPICS_PVAS_BROADCAST_PORT", "EPICS_PVA_BROADCAST_PORT") ?? PvaClientOptions.DefaultBroadcastPort,
            Interfaces = environment.Addresses("EPICS_PVAS_INTF_ADDR_LIST", "EPICS_PVA_INTF_ADDR_LIST") ?? [],
            BeaconAddresses = environment.Addresses("EPICS_PVAS_BEACON_ADDR_LIST", "EPICS_PVA_ADDR_LIST") ?? [],
            AutoBeaconAddresses = environment.Flag("EPICS_PVAS_AUTO_BEACON_ADDR_LIST", "EPICS_PVA_AUTO_ADDR_LIST") ?? true,
            IgnoredAddresses = environment.Addresses("EPICS_PVAS_IGNORE_ADDR_LIST") ?? [],
            ConnectionTimeout = environment.Number("EPICS_PVA_CONN_TMO") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 2, 3600)) : defaults.ConnectionTimeout,
        };
    }
}
