using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests;

/// <summary>Ports of loopback that belong to one test, as settings of modules and as options of our own other side.</summary>
internal sealed class Bench
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    public EpicsServices Services { get; } = new() { Environment = new Dictionary<string, string>(), RequestTimeout = TimeSpan.FromSeconds(2) };

    /// <summary>UDP port of pvAccess searches.</summary>
    public int PvaSearch { get; } = FreeUdpPort();

    /// <summary>UDP port of Channel Access searches, free for TCP too.</summary>
    public int Ca { get; } = FreeUdpPort();

    public (string, string)[] PvaServerSettings =>
    [
        ("port", "0"), ("EPICS_PVAS_INTF_ADDR_LIST", "127.0.0.1"), ("EPICS_PVAS_BROADCAST_PORT", $"{PvaSearch}"), ("EPICS_PVAS_AUTO_BEACON_ADDR_LIST", "NO"),
    ];

    public (string, string)[] PvaClientSettings =>
        [("EPICS_PVA_ADDR_LIST", "127.0.0.1"), ("EPICS_PVA_AUTO_ADDR_LIST", "NO"), ("EPICS_PVA_BROADCAST_PORT", $"{PvaSearch}")];

    public (string, string)[] CaServerSettings => [("port", $"{Ca}"), ("EPICS_CAS_INTF_ADDR_LIST", "127.0.0.1"), ("EPICS_CAS_AUTO_BEACON_ADDR_LIST", "NO")];

    public (string, string)[] CaClientSettings => [("EPICS_CA_ADDR_LIST", $"127.0.0.1:{Ca}"), ("EPICS_CA_AUTO_ADDR_LIST", "NO")];

    public PvaServer StartPva() => PvaServer.Start(new() { ServerPort = 0, BroadcastPort = PvaSearch, Interfaces = [new("127.0.0.1")], AutoBeaconAddresses = false });

    public PvaClient PvaClient() => new(new() { AutoAddressList = false, AddressList = [new("127.0.0.1")], BroadcastPort = PvaSearch, User = "operator", Host = "console" });

    public CaServer StartCa() => CaServer.Start(new() { Port = Ca, Interfaces = [new("127.0.0.1")], AutoBeaconAddresses = false });

    public CaClient CaClient() => new(new() { Addresses = [new("127.0.0.1", Ca)], AutoAddresses = false, UseRepeater = false, OperationTimeout = Generous, User = "operator", Host = "console" });

    public static PvSample Sample(double value) => new(PvValue.Double(value), Alarm.None, PvTime.From(DateTimeOffset.UtcNow));

    private static int FreeUdpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
