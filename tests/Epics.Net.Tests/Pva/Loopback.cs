using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net.Tests;

/// <summary>Servers and clients on loopback, on ports of their own: tests run beside each other and beside real EPICS.</summary>
internal sealed class Loopback
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    public int BroadcastPort { get; } = FreeUdpPort();

    public PvaServerOptions Server => new()
    {
        ServerPort = 0,
        BroadcastPort = BroadcastPort,
        Interfaces = [new("127.0.0.1")],
        AutoBeaconAddresses = false,
    };

    public PvaClientOptions Client => new()
    {
        AutoAddressList = false,
        AddressList = [new("127.0.0.1")],
        BroadcastPort = BroadcastPort,
        User = "tester",
        Host = "bench",
    };

    /// <summary>A client that only asks a server over TCP.</summary>
    public PvaClientOptions ByName(PvaServer server) => Client with
    {
        AddressList = [],
        NameServers = [new("127.0.0.1", server.Port)],
        ListenForBeacons = false,
    };

    private static int FreeUdpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
