using System.Buffers;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>The UDP side of a server: searches in, answers and beacons out.</summary>
internal sealed class CaServerDatagrams : IDisposable
{
    private readonly CaServerOptions _options;
    private readonly ICaServerHost _host;
    private readonly List<Socket> _sockets = [];
    private readonly Socket _beacons;
    private readonly ImmutableArray<IPEndPoint> _beaconTargets;
    private readonly HashSet<IPAddress> _ignored;
    private readonly ushort _tcpPort;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CaBeaconSchedule _schedule;

    public CaServerDatagrams(CaServerOptions options, IReadOnlyList<IPAddress> addresses, ICaServerHost host, ushort tcpPort)
    {
        (_options, _host, _tcpPort) = (options, host, tcpPort);
        _schedule = new(options.BeaconPeriod);
        _ignored = [.. options.IgnoredClients.Select(address => NetworkAddresses.Resolve(address.Host))];
        _beacons = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { EnableBroadcast = true };
        _beacons.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, options.MulticastTtl);
        _beaconTargets = Targets(options);
        foreach (var address in addresses)
        {
            _sockets.Add(Bind(address));
            // A socket bound to one address does not hear that network's broadcasts: they need one of their own.
            if (!address.Equals(IPAddress.Any) && CaEndpoints.BroadcastOf(address) is { } broadcast && !broadcast.Equals(address))
                _sockets.Add(Bind(broadcast));
        }
    }

    public int Port { get; private set; }

    public IEnumerable<Task> Start()
    {
        foreach (var socket in _sockets)
            yield return Receive(socket);
        yield return Beacon();
    }

    public void RestartBeacons() => _schedule.Restart();

    public void Dispose()
    {
        _stopping.Cancel();
        foreach (var socket in _sockets)
            socket.Dispose();
        _beacons.Dispose();
    }

    // Where only some interfaces are served, only their networks are told.
    private static ImmutableArray<IPEndPoint> Targets(CaServerOptions options)
    {
        if (options.Interfaces.IsEmpty || !options.AutoBeaconAddresses)
            return CaEndpoints.Targets(options.BeaconAddresses, options.AutoBeaconAddresses, options.BeaconPort);
        var own = options.Interfaces.Select(address => NetworkAddresses.Resolve(address.Host)).Select(address => new IPEndPoint(CaEndpoints.BroadcastOf(address) ?? address, options.BeaconPort));
        return [.. CaEndpoints.Targets(options.BeaconAddresses, withBroadcasts: false, options.BeaconPort).Union(own)];
    }

    private Socket Bind(IPAddress address)
    {
        // Several servers of one host share the port: each hears broadcasts, the last one started hears unicasts.
        var socket = UdpSockets.Shared(address, Port != 0 ? Port : _options.Port);
        socket.ReceiveBufferSize = 1 << 20;
        socket.EnableBroadcast = true;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private async Task Receive(Socket socket)
    {
        var buffer = GC.AllocateArray<byte>(65536, pinned: true);
        var reply = new ArrayBufferWriter<byte>(2 * CaSearchResponder.MaxDatagram);
        var responder = new CaSearchResponder(_host);
        var from = new SocketAddress(AddressFamily.InterNetwork);
        void Send(ReadOnlyMemory<byte> bytes) => TrySend(socket, bytes.Span, from);
        void Park(string name, byte[] answer)
        {
            var to = Copy(from);
            _host.Park(name, () => TrySend(socket, answer, to));
        }
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var count = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from, _stopping.Token).ConfigureAwait(false);
                if (_ignored.Count > 0 && _ignored.Contains(((IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(from)).Address))
                    continue;
                reply.ResetWrittenCount();
                responder.Answer(buffer.AsSpan(0, count), reply, Send, Park);
                if (reply.WrittenCount > 0)
                    TrySend(socket, reply.WrittenSpan, from);
            }
            catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // An answer met a closed port (ICMP): that client's loss.
            }
            catch (SocketException)
            {
                return;
            }
        }
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }

    private static void TrySend(Socket socket, ReadOnlySpan<byte> bytes, SocketAddress to)
    {
        try
        {
            socket.SendTo(bytes, SocketFlags.None, to);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // Datagrams may be lost: the client asks again.
        }
    }

    private async Task Beacon()
    {
        var message = new ArrayBufferWriter<byte>(CaHeader.Size);
        while (!_stopping.IsCancellationRequested)
        {
            message.ResetWrittenCount();
            var advertised = _options.Advertise is { } at ? CaAddress.ToUInt32(at.Address) : 0;
            var delay = _schedule.Next(message, _tcpPort, advertised);
            foreach (var target in _host.IsSilent ? [] : _beaconTargets)
                TrySend(_beacons, message.WrittenSpan, target.Serialize());
            try
            {
                await Task.Delay(delay, _options.Time, _stopping.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
