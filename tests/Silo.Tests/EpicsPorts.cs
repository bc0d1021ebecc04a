using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.Net;

namespace ModelManager.Silo.Tests;

/// <summary>Ports of loopback that belong to one test, as EPICS variables of a silo and as our own client.</summary>
internal sealed class EpicsPorts
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    private readonly int _search = FreeUdpPort();

    public Dictionary<string, string> Variables => new()
    {
        ["EPICS_PVAS_INTF_ADDR_LIST"] = "127.0.0.1",
        ["EPICS_PVAS_BROADCAST_PORT"] = $"{_search}",
        ["EPICS_PVAS_SERVER_PORT"] = "0",
        ["EPICS_PVAS_AUTO_BEACON_ADDR_LIST"] = "NO",
        ["EPICS_CAS_INTF_ADDR_LIST"] = "127.0.0.1",
        ["EPICS_CAS_SERVER_PORT"] = $"{FreeUdpPort()}",
        ["EPICS_CAS_AUTO_BEACON_ADDR_LIST"] = "NO",
    };

    public PvaClient Client(string user = "operator") =>
        new(new() { AutoAddressList = false, AddressList = [new("127.0.0.1")], BroadcastPort = _search, User = user, Host = "console" });

    private static int FreeUdpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
