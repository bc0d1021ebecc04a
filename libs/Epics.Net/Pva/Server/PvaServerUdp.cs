using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>The UDP side of a server: answers searches, passes unicast ones on to the other servers of this host, sends beacons.</summary>
/// <remarks>epics-protocol section 2. It binds every address of its own, not the wildcard: so several servers, and clients, share the port (trap 11).</remarks>
internal sealed partial class PvaServerUdp : IAsyncDisposable
{
    private const int EarlyBeacons = 10;
    private static readonly TimeSpan EarlyInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LateInterval = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan ChangeDelay = TimeSpan.FromMilliseconds(100);

    private readonly PvaServer _server;
    private readonly ILogger _logger;
    private readonly List<(Socket Socket, IPAddress Address)> _sockets = [];
    private readonly Socket? _group;
    private readonly Socket _sender = UdpSockets.Sender().OnLoopback();
    private readonly List<IPEndPoint> _beaconTargets = [];
    private readonly HashSet<IPAddress> _ignored;
    private readonly Task[] _loops;
    private readonly ITimer _beacons;
    private readonly ITimer _changes;
    private readonly IPEndPoint _groupAddress;
    private int _beaconCount;
    private int _change;
    private int _changePending;
    private int _timedBeacons;

    public PvaServerUdp(PvaServer server, TimeProvider clock, ILogger logger)
    {
        (_server, _logger) = (server, logger);
        var options = server.Options;
        _groupAddress = new(Datagram.LoopbackGroup, options.BroadcastPort);
        _ignored = [.. options.IgnoredAddresses.Select(entry => NetworkAddresses.Resolve(entry.Host))];
        foreach (var (address, broadcast) in NetworkAddresses.Of(options.Interfaces))
        {
            Bind(address, options.BroadcastPort);
            if (broadcast is null)
                continue;
            Bind(broadcast, options.BroadcastPort);
            if (options.AutoBeaconAddresses)
                _beaconTargets.Add(new(broadcast, options.BroadcastPort));
        }
        _group = UdpSockets.LoopbackGroup(Datagram.LoopbackGroup, options.BroadcastPort);
        foreach (var entry in options.BeaconAddresses)
            _beaconTargets.Add(new(NetworkAddresses.Resolve(entry.Host), entry.Port > 0 ? entry.Port : options.BroadcastPort));
        _loops = [.. _sockets.Select(bound => UdpSockets.ReceiveLoop(bound.Socket, (datagram, from) => Received(datagram.Span, from, bound.Address)))];
        if (_group is not null)
            _loops = [.. _loops, UdpSockets.ReceiveLoop(_group, (datagram, from) => Received(datagram.Span, from, null))];
        _changes = clock.CreateTimer(_ => SendBeacon(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _beacons = clock.CreateTimer(_ => TimedBeacon(), null, TimeSpan.Zero, EarlyInterval);
    }

    /// <summary>There are new names: a beacon says so soon, one for many of them.</summary>
    public void NamesChanged()
    {
        Interlocked.Increment(ref _change);
        if (Interlocked.Exchange(ref _changePending, 1) == 0)
            _changes.Change(ChangeDelay, Timeout.InfiniteTimeSpan);
    }

    public void SendBeacon()
    {
        Volatile.Write(ref _changePending, 0);
        // pvxs hurries its searches at the first beacon of a server only: it must not come before there is something to find.
        if (_server.Silent || _server.IsEmpty)
            return;
        var count = Interlocked.Increment(ref _beaconCount);
        SendBeacon(count, _server.ToldAddress, _beaconTargets);
        // Clients on this host hear of us through the group, wherever the beacons go. "Where this comes from" means nothing there: pvxs would show 0.0.0.0.
        SendBeacon(count, WireAddress.IsAny(_server.ToldAddress.Address) ? new(IPAddress.Loopback, _server.ToldAddress.Port) : _server.ToldAddress, [_groupAddress]);
    }

    private void SendBeacon(int count, IPEndPoint told, List<IPEndPoint> targets)
    {
        using var writer = new WireWriter();
        Datagram.WriteBeacon(writer, new Beacon(_server.Guid, 0, (byte)count, (ushort)Volatile.Read(ref _change), told, "tcp"));
        foreach (var target in targets)
            _sender.TrySend(writer.Written, target);
    }

    private void TimedBeacon()
    {
        SendBeacon();
        if (++_timedBeacons == EarlyBeacons)
            _beacons.Change(LateInterval, LateInterval);
    }

    public void Answer(SearchResponse response, IPEndPoint to)
    {
        using var writer = new WireWriter();
        Datagram.WriteResponse(writer, response);
        // From the socket the search came in on, where it is known to us: clients may check.
        (_sockets.Count > 0 ? _sockets[0].Socket : _sender).TrySend(writer.Written, to);
    }

    public async ValueTask DisposeAsync()
    {
        _beacons.Dispose();
        _changes.Dispose();
        foreach (var (socket, _) in _sockets)
            socket.Dispose();
        _group?.Dispose();
        await Task.WhenAll(_loops);
        _sender.Dispose();
    }

    private void Bind(IPAddress address, int port)
    {
        try
        {
            _sockets.Add((UdpSockets.Shared(address, port), address));
        }
        catch (SocketException problem)
        {
            Log.NoSearch(_logger, address, port, problem.Message);
        }
    }

    // Null: it came through the group of this host.
    private void Received(ReadOnlySpan<byte> datagram, IPEndPoint from, IPAddress? at)
    {
        if (_ignored.Contains(from.Address))
            return;
        // What we passed on ourselves was answered before.
        if (at is null && from.Port == ((IPEndPoint)_sender.LocalEndPoint!).Port)
            return;
        try
        {
            while (Datagram.TryNext(ref datagram, out var header, out var payload))
            {
                if (header.IsControl || header.Command != (byte)Command.Search)
                    continue;
                var reader = new WireReader(payload, header.BigEndian);
                Search(SearchRequest.Read(ref reader), from, at);
            }
        }
        catch (ProtocolException)
        {
            // Garbage on a UDP port is daily bread; the rest of this datagram is dropped.
        }
    }

    private void Search(SearchRequest request, IPEndPoint from, IPAddress? at)
    {
        var replyTo = new IPEndPoint(WireAddress.IsAny(request.ReplyTo.Address) ? from.Address : request.ReplyTo.Address, request.ReplyTo.Port);
        if (replyTo.Port == 0)
            replyTo.Port = from.Port;
        if (_ignored.Contains(replyTo.Address))
            return;
        if (at is not null && request.IsUnicast && _group is not null)
        {
            using var forwarded = new WireWriter();
            Datagram.WriteForwarded(forwarded, request, at, replyTo);
            _sender.TrySend(forwarded.Written, _groupAddress);
        }
        foreach (var response in _server.AnswerSearch(request, new SearchOrigin(null, replyTo, true)))
        {
            using var writer = new WireWriter();
            Datagram.WriteResponse(writer, response);
            var socket = _sockets.Find(bound => bound.Address.Equals(at)).Socket ?? _sender;
            socket.TrySend(writer.Written, replyTo);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7020, LogLevel.Warning, "searches to {Address}:{Port} are not heard: {Problem}")]
        public static partial void NoSearch(ILogger logger, System.Net.IPAddress address, int port, string problem);
    }
}
