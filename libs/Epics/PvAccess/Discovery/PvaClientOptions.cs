using System.Collections.Immutable;

namespace ModelManager.Epics.PvAccess;

/// <summary>How one client finds servers and speaks to them. Per instance; <see cref="FromEnvironment"/> gives what EPICS tools would use.</summary>
public sealed record PvaClientOptions
{
    public const int DefaultServerPort = 5075;
    public const int DefaultBroadcastPort = 5076;

    /// <summary>Where searches go besides broadcasts (EPICS_PVA_ADDR_LIST).</summary>
    public ImmutableArray<EpicsAddress> AddressList { get; init; } = [];

    /// <summary>Searches are broadcast on every interface (EPICS_PVA_AUTO_ADDR_LIST).</summary>
    public bool AutoAddressList { get; init; } = true;

    /// <summary>UDP port of searches and beacons (EPICS_PVA_BROADCAST_PORT).</summary>
    public int BroadcastPort { get; init; } = DefaultBroadcastPort;

    /// <summary>TCP port of name servers given without one (EPICS_PVA_SERVER_PORT).</summary>
    public int ServerPort { get; init; } = DefaultServerPort;

    /// <summary>Servers asked over TCP (EPICS_PVA_NAME_SERVERS).</summary>
    public ImmutableArray<EpicsAddress> NameServers { get; init; } = [];

    /// <summary>A connection that was silent for 4/3 of this is given up; an echo is sent after half (EPICS_PVA_CONN_TMO).</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Interfaces used for broadcasts and beacons; empty = all (EPICS_PVA_INTF_ADDR_LIST).</summary>
    public ImmutableArray<EpicsAddress> Interfaces { get; init; } = [];

    /// <summary>Whom we say we are; null = anonymous.</summary>
    public string? User { get; init; } = Environment.UserName;

    public string Host { get; init; } = Environment.MachineName;

    /// <summary>Listens for beacons. Off where the port must stay free.</summary>
    public bool ListenForBeacons { get; init; } = true;

    /// <summary>Protocol choices: type cache, segments, limits.</summary>
    public ClientProtocolOptions Protocol { get; init; } = ClientProtocolOptions.Default;

    /// <exception cref="FormatException">A variable cannot be read; the message names it.</exception>
    public static PvaClientOptions FromEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        var environment = new EpicsEnvironment(variables);
        var defaults = new PvaClientOptions();
        return defaults with
        {
            AddressList = environment.Addresses("EPICS_PVA_ADDR_LIST") ?? [],
            AutoAddressList = environment.Flag("EPICS_PVA_AUTO_ADDR_LIST") ?? true,
            BroadcastPort = environment.Port("EPICS_PVA_BROADCAST_PORT") ?? DefaultBroadcastPort,
            ServerPort = environment.Port("EPICS_PVA_SERVER_PORT") ?? DefaultServerPort,
            NameServers = environment.Addresses("EPICS_PVA_NAME_SERVERS") ?? [],
            ConnectionTimeout = environment.Number("EPICS_PVA_CONN_TMO") is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 2, 3600)) : defaults.ConnectionTimeout,
            Interfaces = environment.Addresses("EPICS_PVA_INTF_ADDR_LIST") ?? [],
        };
    }
}
