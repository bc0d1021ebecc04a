using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>Settings of one <see cref="CaClient"/>. The defaults are those of EPICS base, but for <see cref="CaSearchLimits"/>.</summary>
public sealed record CaClientOptions
{
    /// <summary>Where searches go, <c>host[:port]</c> (EPICS_CA_ADDR_LIST).</summary>
    public ImmutableArray<EpicsAddress> Addresses { get; init; } = [];

    /// <summary>Searches go to the broadcast address of every interface too (EPICS_CA_AUTO_ADDR_LIST).</summary>
    public bool AutoAddresses { get; init; } = true;

    /// <summary>Servers that answer searches over TCP, <c>host[:port]</c> (EPICS_CA_NAME_SERVERS).</summary>
    public ImmutableArray<EpicsAddress> NameServers { get; init; } = [];

    /// <summary>EPICS_CA_SERVER_PORT.</summary>
    public int ServerPort { get; init; } = CaProtocol.ServerPort;

    /// <summary>EPICS_CA_REPEATER_PORT.</summary>
    public int RepeaterPort { get; init; } = CaProtocol.RepeaterPort;

    /// <summary>Beacons of servers speed up the search for lost PVs. The first client on a host repeats them for the others.</summary>
    public bool UseRepeater { get; init; } = true;

    /// <summary>Silence after which a server is asked whether it lives (EPICS_CA_CONN_TMO).</summary>
    public TimeSpan ConnectionTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time it then has to answer.</summary>
    public TimeSpan EchoTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Largest array where <see cref="AutoArrayBytes"/> is off (EPICS_CA_MAX_ARRAY_BYTES).</summary>
    public int MaxArrayBytes { get; init; } = 16384;

    /// <summary>Arrays of any size up to <see cref="MaxPayloadBytes"/> (EPICS_CA_AUTO_ARRAY_BYTES).</summary>
    public bool AutoArrayBytes { get; init; } = true;

    /// <summary>The largest payload a server may send.</summary>
    public uint MaxPayloadBytes { get; init; } = 256 << 20;

    /// <summary>EPICS_CA_MCAST_TTL: for searches to multicast addresses.</summary>
    public int MulticastTtl { get; init; } = 1;

    /// <summary>Bounds of search traffic; EPICS_CA_MAX_SEARCH_PERIOD is one of them.</summary>
    public CaSearchLimits Search { get; init; } = CaSearchLimits.Default;

    /// <summary>How long get, put and connect wait when the caller gives no other bound.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a channel that nobody uses any more stays open for the next get or put.</summary>
    public TimeSpan ChannelLinger { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Priority of the circuits, 0 to 99; servers that run threads by it serve higher ones first. One circuit per server and client.</summary>
    public ushort Priority { get; init; }

    /// <summary>The names that access security of servers sees.</summary>
    public string User { get; init; } = Environment.UserName;
    public string Host { get; init; } = Environment.MachineName;

    public TimeProvider Time { get; init; } = TimeProvider.System;
    public ILogger Logger { get; init; } = NullLogger.Instance;

    internal uint MaxPayload => AutoArrayBytes ? MaxPayloadBytes : (uint)Math.Max(MaxArrayBytes, 16384) + 1024;

    /// <summary>The settings that EPICS_CA_* variables give; what they do not say keeps its default.</summary>
    /// <exception cref="FormatException">A variable has a value that cannot be; the message names it.</exception>
    public static CaClientOptions FromEnvironment(IReadOnlyDictionary<string, string> variables)
    {
        var from = new EpicsEnvironment(variables);
        var defaults = new CaClientOptions();
        return defaults with
        {
            Addresses = from.Addresses("EPICS_CA_ADDR_LIST") ?? defaults.Addresses,
            AutoAddresses = from.Flag("EPICS_CA_AUTO_ADDR_LIST") ?? defaults.AutoAddresses,
            NameServers = from.Addresses("EPICS_CA_NAME_SERVERS") ?? defaults.NameServers,
            ServerPort = from.Port("EPICS_CA_SERVER_PORT") ?? defaults.ServerPort,
            RepeaterPort = from.Port("EPICS_CA_REPEATER_PORT") ?? defaults.RepeaterPort,
            ConnectionTimeout = Seconds(from, "EPICS_CA_CONN_TMO") ?? defaults.ConnectionTimeout,
            MaxArrayBytes = (int?)from.Number("EPICS_CA_MAX_ARRAY_BYTES") ?? defaults.MaxArrayBytes,
            AutoArrayBytes = from.Flag("EPICS_CA_AUTO_ARRAY_BYTES") ?? defaults.AutoArrayBytes,
            MulticastTtl = (int?)from.Number("EPICS_CA_MCAST_TTL") ?? defaults.MulticastTtl,
            Search = Seconds(from, "EPICS_CA_MAX_SEARCH_PERIOD") is { } period ? defaults.Search with { MaxPeriod = period } : defaults.Search,
        };
    }

    private static TimeSpan? Seconds(EpicsEnvironment from, params ReadOnlySpan<string> names) =>
        from.Number(names) is not { } seconds ? null
        : seconds is > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds)
        : throw new FormatException($"{names[0]}: {seconds} is not a positive number of seconds");
}
