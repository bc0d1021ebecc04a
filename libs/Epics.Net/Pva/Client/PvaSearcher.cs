using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>Looks for servers: UDP searches and name servers over TCP, by the times of <see cref="SearchSchedule"/>; hears beacons.</summary>
internal sealed class PvaSearcher : IAsyncDisposable
{
    /// <summary>Names in one round of searches: about fifty datagrams. The next round follows after <see cref="RoundDelay"/>.</summary>
    private const int NamesPerRound = 2000;

    private static readonly TimeSpan RoundDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan NameServerRetry = TimeSpan.FromMilliseconds(500);

    private readonly PvaClient _client;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SearchSchedule _schedule = new();
    private readonly Socket _socket = UdpSockets.Sender().OnLoopback();
    private readonly List<Socket> _beaconSockets = [];
    private readonly List<(IPEndPoint Address, bool Unicast)> _targets = [];
    private readonly ImmutableArray<IPEndPoint> _nameServers;
    private readonly Dictionary<IPEndPoint, (ServerGuid Guid, ushort Change)> _servers = [];
    private readonly List<SearchName> _names = [];
    private readonly Task[] _loops;
    private readonly ITimer _timer;
    private readonly ITimer _nameServerTimer;
    private uint _sequence;
    private long _datagrams;
    private volatile bool _disposed;

    public PvaSearcher(PvaClient client, TimeProvider clock, ILogger logger)
    {
        (_client, _clock, _logger) = (client, clock, logger);
        var options = client.Options;
        foreach (var entry in options.AddressList)
        {
            var address = NetworkAddresses.Resolve(entry.Host);
            _targets.Add((new(address, entry.Port > 0 ? entry.Port : options.BroadcastPort), !IsGroup(address)));
        }
        var interfaces = NetworkAddresses.Of(options.Interfaces);
        if (options.AutoAddressList)
            foreach (var (_, broadcast) in interfaces)
                if (broadcast is not null)
                    _targets.Add((new(broadcast, options.BroadcastPort), false));
        _nameServers = [.. options.NameServers.Select(entry => new IPEndPoint(NetworkAddresses.Resolve(entry.Host), entry.Port > 0 ? entry.Port : options.ServerPort))];

        if (options.ListenForBeacons)
            BindBeacons(interfaces, options.BroadcastPort);
        _loops = [UdpSockets.ReceiveLoop(_socket, Received), .. _beaconSockets.Select(socket => UdpSockets.ReceiveLoop(socket, Received))];
        _timer = clock.CreateTimer(_ => Round(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _nameServerTimer = clock.CreateTimer(_ => ConnectNameServers(), null, _nameServers.IsEmpty ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, NameServerRetry);
    }

    public long Datagrams => Volatile.Read(ref _datagrams);

    /// <summary>Called by discovery: an answer to a ping.</summary>
    public Action<SearchResponse, IPEndPoint>? Answered { get; set; }

    public void Add(uint cid, string name, TimeSpan? delay = null)
    {
        lock (_lock)
        {
            _schedule.Add(cid, name, _client.Now, delay);
            Arm();
        }
    }

    /// <returns>False where it was not searched for.</returns>
    public bool Remove(uint cid)
    {
        lock (_lock)
            return _schedule.Remove(cid);
    }

    public bool IsNameServer(IPEndPoint address) => _nameServers.Contains(address);

    /// <summary>A name server is there: it is asked for everything at once.</summary>
    public void ConnectionReady(PvaClientConnection connection)
    {
        if (!IsNameServer(connection.Remote))
            return;
        var names = new List<SearchName>();
        lock (_lock)
            _schedule.TakeAll(names);
        if (names.Count > 0)
            SearchOver(connection, names);
    }

    public void ConnectionClosed(IPEndPoint address)
    {
        if (IsNameServer(address))
            _nameServerTimer.Change(TimeSpan.FromMilliseconds(20), NameServerRetry);
    }

    /// <summary>Asks every server to show itself.</summary>
    public void Ping()
    {
        var request = new SearchRequest(++_sequence, SearchFlags.ReplyRequired, new(IPAddress.Any, ((IPEndPoint)_socket.LocalEndPoint!).Port), [], []);
        Send(request);
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        _timer.Dispose();
        _nameServerTimer.Dispose();
        _socket.Dispose();
        foreach (var socket in _beaconSockets)
            socket.Dispose();
        await Task.WhenAll(_loops);
    }

    private static bool IsGroup(IPAddress address) => address.GetAddressBytes()[0] is >= 224 and < 240 || address.Equals(IPAddress.Broadcast);

    // Broadcast addresses and the group of this host, never the wildcard: that would steal searches from a server beside us (trap 11).
    private void BindBeacons(ImmutableArray<(IPAddress Address, IPAddress? Broadcast)> interfaces, int port)
    {
        if (UdpSockets.LoopbackGroup(Datagram.LoopbackGroup, port) is { } group)
            _beaconSockets.Add(group);
        foreach (var (_, broadcast) in interfaces)
        {
            if (broadcast is null)
                continue;
            try
            {
                _beaconSockets.Add(UdpSockets.Shared(broadcast, port));
            }
            catch (SocketException)
            {
                // Beacons are a cue, never a must: searching goes on without them.
            }
        }
    }

    private void Arm()
    {
        if (_disposed || _schedule.NextDue is not { } due)
            return;
        _timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, due - _client.Now)), Timeout.InfiniteTimeSpan);
    }

    private void Round()
    {
        if (_disposed)
            return;
        lock (_lock)
        {
            _names.Clear();
            _schedule.Take(_client.Now, NamesPerRound, _names);
            for (var from = 0; from < _names.Count;)
            {
                var count = Datagram.CountThatFits(_names, from);
                var port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
                Send(new SearchRequest(++_sequence, SearchFlags.None, new(IPAddress.Any, port), ["tcp"], [.. _names.GetRange(from, count)]));
                from += count;
            }
            foreach (var address in _nameServers)
                if (_names.Count > 0 && _client.ConnectionTo(address) is { } connection)
                    SearchOver(connection, [.. _names]);
            if (_names.Count == NamesPerRound)
                _timer.Change(RoundDelay, Timeout.InfiniteTimeSpan);
            else
                Arm();
        }
    }

    private void Send(SearchRequest request)
    {
        using var unicast = new WireWriter();
        using var broadcast = new WireWriter();
        Datagram.WriteSearch(unicast, request with { Flags = request.Flags | SearchFlags.Unicast });
        Datagram.WriteSearch(broadcast, request);
        foreach (var (address, isUnicast) in _targets)
        {
            _socket.TrySend(isUnicast ? unicast.Written : broadcast.Written, address);
            Interlocked.Increment(ref _datagrams);
        }
    }

    private void SearchOver(PvaClientConnection connection, List<SearchName> names)
    {
        const int perMessage = 1000;
        for (var from = 0; from < names.Count; from += perMessage)
            connection.Search(new SearchRequest(++_sequence, SearchFlags.Unicast, new(IPAddress.Any, 0), ["tcp"], [.. names.GetRange(from, Math.Min(perMessage, names.Count - from))]));
    }

    private void ConnectNameServers()
    {
        foreach (var address in _nameServers)
            _client.ConnectNameServer(address);
    }

    private void Received(ReadOnlyMemory<byte> datagram, IPEndPoint from)
    {
        var rest = datagram.Span;
        try
        {
            while (Datagram.TryNext(ref rest, out var header, out var payload))
            {
                if (header.IsControl)
                    continue;
                var reader = new WireReader(payload, header.BigEndian);
                if (header.Command == (byte)Command.SearchResponse)
                {
                    var response = SearchResponse.Read(ref reader);
                    Answered?.Invoke(response, from);
                    _client.Found(response, from);
                }
                else if (header.Command == (byte)Command.Beacon)
                {
                    Heard(Beacon.Read(ref reader, new ValueReader(new TypeReader())), from);
                }
            }
        }
        catch (ProtocolException)
        {
            // Garbage on a UDP port is daily bread; the rest of this datagram is dropped.
        }
    }

    // A server we have not seen, a new process at a known address, or new names there: what we look for may be among them.
    private void Heard(Beacon beacon, IPEndPoint from)
    {
        const int mostServers = 10_000;
        var address = WireAddress.IsAny(beacon.Server.Address) ? new IPEndPoint(from.Address, beacon.Server.Port) : beacon.Server;
        lock (_lock)
        {
            var known = _servers.TryGetValue(address, out var seen) && seen == (beacon.Guid, beacon.Change);
            if (_servers.Count >= mostServers && !_servers.ContainsKey(address))
                _servers.Clear();
            _servers[address] = (beacon.Guid, beacon.Change);
            if (known)
                return;
            _schedule.Nudge(_client.Now);
            Arm();
        }
    }
}
