using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>Settings of one <see cref="CaServer"/>. The defaults are those of EPICS base.</summary>
public sealed record CaServerOptions
{
    /// <summary>UDP port of searches and TCP port of circuits (EPICS_CAS_SERVER_PORT, EPICS_CA_SERVER_PORT). When the TCP port is taken a free one is used and told in search answers. 0 = any free port for both.</summary>
    public int Port { get; init; } = CaProtocol.ServerPort;

    /// <summary>Addresses to serve on (EPICS_CAS_INTF_ADDR_LIST); empty = all interfaces.</summary>
    public ImmutableArray<EpicsAddress> Interfaces { get; init; } = [];

    /// <summary>Addresses whose searches are not answered (EPICS_CAS_IGNORE_ADDR_LIST).</summary>
    public ImmutableArray<EpicsAddress> IgnoredClients { get; init; } = [];

    /// <summary>Where beacons go besides, <c>host[:port]</c> (EPICS_CAS_BEACON_ADDR_LIST, EPICS_CA_ADDR_LIST).</summary>
    public ImmutableArray<EpicsAddress> BeaconAddresses { get; init; } = [];

    /// <summary>Beacons go to the broadcast address of every interface too (EPICS_CAS_AUTO_BEACON_ADDR_LIST, EPICS_CA_AUTO_ADDR_LIST).</summary>
    public bool AutoBeaconAddresses { get; init; } = true;

    /// <summary>EPICS_CAS_BEACON_PORT, EPICS_CA_REPEATER_PORT.</summary>
    public int BeaconPort { get; init; } = CaProtocol.RepeaterPort;

    /// <summary>EPICS_CAS_BEACON_PERIOD, EPICS_CA_BEACON_PERIOD.</summary>
    public TimeSpan BeaconPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Largest array a client may send or ask for where <see cref="AutoArrayBytes"/> is off (EPICS_CA_MAX_ARRAY_BYTES).</summary>
    public int MaxArrayBytes { get; init; } = 16384;

    /// <summary>Arrays up to <see cref="Limits"/> (EPICS_CA_AUTO_ARRAY_BYTES).</summary>
    public bool AutoArrayBytes { get; init; } = true;

    /// <summary>EPICS_CA_MCAST_TTL: for beacons to multicast addresses.</summary>
    public int MulticastTtl { get; init; } = 1;

    /// <summary>What search answers and beacons say instead of the real address, where a NAT, a Kubernetes service or a firewall stands between.</summary>
    public IPEndPoint? Advertise { get; init; }

    /// <summary>Off: no searches are answered and no beacons sent over UDP; clients come through name servers or know the port.</summary>
    public bool EnableUdp { get; init; } = true;

    public IAccessPolicy Access { get; init; } = OpenAccess.Instance;

    public CaServerLimits Limits { get; init; } = new();

    /// <summary>Bytes that wait for one client before its updates are merged, newest wins.</summary>
    public int SendQueueBytes { get; init; } = 256 * 1024;

    /// <summary>Circuits at one time; more are closed at once.</summary>
    public int MaxClients { get; init; } = 10_000;

    /// <summary>Where PVs are that this server does not have: other servers of this process, other silos of a cluster, or ours that nobody serves right now.</summary>
    public Func<string, CaLocation>? Directory { get; init; }

    /// <summary>Hears every put at its end, refused ones too.</summary>
    public Action<CaPut, CaPutResult>? Audit { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Largest payload a client may send.</summary>
    internal uint MaxRequest => AutoArrayBytes ? Limits.MaxRequestBytes : (uint)Math.Max(MaxArrayBytes, 16384) + 1024;

    /// <summary>The settings that EPICS_CAS_* and EPICS_CA_* variables give; what they do not say keeps its default.</summary>
    /// <exception cref="FormatException">A variable has a value that cannot be; the message names it.</exception>
    public static CaServerOptions FromEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        var from = new EpicsEnvironment(variables);
        var defaults = new CaServerOptions();
        return defaults with
        {
            Port = from.Port("EPICS_CAS_SERVER_PORT", "EPICS_CA_SERVER_PORT") ?? defaults.Port,
            Interfaces = from.Addresses("EPICS_CAS_INTF_ADDR_LIST") ?? defaults.Interfaces,
            IgnoredClients = from.Addresses("EPICS_CAS_IGNORE_ADDR_LIST") ?? defaults.IgnoredClients,
            BeaconAddresses = from.Addresses("EPICS_CAS_BEACON_ADDR_LIST", "EPICS_CA_ADDR_LIST") ?? defaults.BeaconAddresses,
            AutoBeaconAddresses = from.Flag("EPICS_CAS_AUTO_BEACON_ADDR_LIST", "EPICS_CA_AUTO_ADDR_LIST") ?? defaults.AutoBeaconAddresses,
            BeaconPort = from.Port("EPICS_CAS_BEACON_PORT", "EPICS_CA_REPEATER_PORT") ?? defaults.BeaconPort,
            BeaconPeriod = Seconds(from, "EPICS_CAS_BEACON_PERIOD", "EPICS_CA_BEACON_PERIOD") ?? defaults.BeaconPeriod,
            MaxArrayBytes = (int?)from.Number("EPICS_CA_MAX_ARRAY_BYTES") ?? defaults.MaxArrayBytes,
            AutoArrayBytes = from.Flag("EPICS_CA_AUTO_ARRAY_BYTES") ?? defaults.AutoArrayBytes,
            MulticastTtl = (int?)from.Number("EPICS_CA_MCAST_TTL") ?? defaults.MulticastTtl,
        };
    }

    private static TimeSpan? Seconds(EpicsEnvironment from, params ReadOnlySpan<string> names) =>
        from.Number(names) is not { } seconds ? null
        : seconds is > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException($"{names[0]}: {seconds} is not a positive number of seconds");
}
