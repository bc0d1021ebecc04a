using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>Hands beacons on to every Channel Access client of a host, because only one process can hold the beacon port. Does what <c>caRepeater</c> does.</summary>
public sealed partial class CaRepeater : IDisposable
{
    private const int MaxClients = 1000;
    private readonly Socket _socket;
    private readonly ILogger _logger;
    private readonly CaRepeaterLink.DatagramHandler? _own;
    private readonly HashSet<IPEndPoint> _clients = [];
    private readonly CancellationTokenSource _stopping = new();

    private CaRepeater(Socket socket, ILogger logger, CaRepeaterLink.DatagramHandler? own)
    {
        (_socket, _logger, _own) = (socket, logger, own);
        Ended = Receive();
    }

    public Task Ended { get; }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Clients that have registered and are still there.</summary>
    public int ClientCount
    {
        get
        {
            lock (_clients)
                return _clients.Count;
        }
    }

    /// <summary>Becomes the repeater of this host; null when there is one.</summary>
    public static CaRepeater? TryStart(int port, ILogger logger) => TryStart(port, logger, null);

    internal static CaRepeater? TryStart(int port, ILogger logger, CaRepeaterLink.DatagramHandler? own)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return new(socket, logger, own);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _socket.Dispose();
    }

    private async Task Receive()
    {
        var buffer = GC.AllocateArray<byte>(65536, pinned: true);
        var any = new IPEndPoint(IPAddress.Any, 0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var received = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, any, _stopping.Token).ConfigureAwait(false);
                OnDatagram(buffer.AsSpan(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint);
            }
            catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that is gone (ICMP): the next registration sweeps it out.
            }
        }
    }

    private void OnDatagram(Span<byte> datagram, IPEndPoint from)
    {
        if (!CaHeader.TryRead(datagram, out var header, out _))
        {
            // Very old clients register with an empty datagram.
            if (datagram.IsEmpty)
                Register(from);
            return;
        }
        if (header.Command == CaCommand.RepeaterRegister)
        {
            Register(from);
            return;
        }
        if (header.Command == CaCommand.ServerIsUp && header.Parameter2 == 0)
            (header with { Parameter2 = CaAddress.ToUInt32(from.Address) }).Write(datagram);
        _own?.Invoke(datagram, from);
        IPEndPoint[] clients;
        lock (_clients)
            clients = [.. _clients];
        foreach (var client in clients)
            if (!client.Equals(from))
                TrySend(datagram, client);
    }

    private void Register(IPEndPoint client)
    {
        // Only clients of this host may have beacons sent to them.
        if (!CaEndpoints.IsOfThisHost(client.Address))
            return;
        lock (_clients)
        {
            if (_clients.Count >= MaxClients || !_clients.Contains(client))
                Sweep();
            if (_clients.Count < MaxClients && _clients.Add(client))
                Log.Registered(_logger, client);
        }
        var confirm = new ArrayBufferWriter<byte>(CaHeader.Size);
        CaWriter.RepeaterConfirm(confirm, CaAddress.ToUInt32(client.Address));
        TrySend(confirm.WrittenSpan, client);
    }

    // A client whose port can be bound is not there any more.
    private void Sweep() => _clients.RemoveWhere(client =>
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, client.Port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    private void TrySend(ReadOnlySpan<byte> bytes, IPEndPoint to)
    {
        try
        {
            _socket.SendTo(bytes, SocketFlags.None, to);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // Beacons may be lost.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Debug, "Repeater: client {Client} registered")]
        public static partial void Registered(ILogger logger, IPEndPoint client);
    }
}
