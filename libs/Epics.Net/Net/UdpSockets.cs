using System.Net;
using System.Net.Sockets;

namespace ModelManager.Epics.Net;

/// <summary>UDP sockets the way EPICS shares ports between processes.</summary>
internal static class UdpSockets
{
    /// <summary>Large enough for any datagram.</summary>
    public const int MaxDatagram = 65536;

    private const int SolSocket = 1;
    private const int SoReuseAddr = 2;

    /// <summary>A socket on a port that other EPICS processes of this host have too.</summary>
    public static Socket Shared(IPAddress address, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        // .NET's ReuseAddress would set SO_REUSEPORT as well, and then the kernel hands every datagram to one socket of the group.
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(SolSocket, SoReuseAddr, [1, 0, 0, 0]);
        else
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    /// <summary>A socket in the group of this host, on the loopback interface. Null where the system has no multicast there.</summary>
    public static Socket? LoopbackGroup(IPAddress group, int port)
    {
        Socket? socket = null;
        try
        {
            socket = Shared(OperatingSystem.IsWindows() ? IPAddress.Any : group, port);
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, IPAddress.Loopback));
            return socket;
        }
        catch (SocketException)
        {
            socket?.Dispose();
            return null;
        }
    }

    /// <summary>A socket to send from; broadcasts allowed, multicasts stay on this host.</summary>
    public static Socket Sender(IPAddress? address = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        socket.Bind(new IPEndPoint(address ?? IPAddress.Any, 0));
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, true);
        return socket;
    }

    /// <summary>Multicasts of this socket go out on the loopback interface.</summary>
    public static Socket OnLoopback(this Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
        return socket;
    }

    /// <summary>Sends and forgets: a datagram that cannot go out is as good as lost on the way.</summary>
    public static void TrySend(this Socket socket, ReadOnlySpan<byte> datagram, EndPoint to)
    {
        try
        {
            socket.SendTo(datagram, SocketFlags.None, to);
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>Receives until the socket is disposed.</summary>
    public static async Task ReceiveLoop(Socket socket, Action<ReadOnlyMemory<byte>, IPEndPoint> received)
    {
        var buffer = new byte[MaxDatagram];
        var any = new IPEndPoint(IPAddress.Any, 0);
        var address = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            try
            {
                var count = await socket.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, address);
                received(buffer.AsMemory(0, count), (IPEndPoint)any.Create(address));
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException problem)
            {
                // An ICMP "port unreachable" for an earlier datagram shows up here; a closed socket ends the loop.
                if (problem.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket)
                    return;
            }
        }
    }
}
