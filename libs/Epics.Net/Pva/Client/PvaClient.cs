using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>A pvAccess client: gets, puts and monitors PVs of any EPICS server. One holds thousands of channels over one connection per server.</summary>
/// <example><code>
/// await using var client = new PvaClient();
/// await foreach (var update in client.Monitor("LASER:ENERGY", cancellation))
///     Console.WriteLine(update);
/// </code></example>
public sealed partial class PvaClient : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleLifetime = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, PvaChannel> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<uint, PvaChannel> _byCid = new();
    private readonly Dictionary<IPEndPoint, PvaClientConnection> _connections = [];
    private readonly Dictionary<IPEndPoint, List<PvaChannel>> _connecting = [];
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly PvaSearcher _searcher;
    private readonly ITimer _sweep;
    private uint _lastCid = 0x20000000;
    private volatile bool _disposed;

    public PvaClient(PvaClientOptions? options = null, ILogger? logger = null, TimeProvider? clock = null)
    {
        Options = options ?? new();
        _logger = logger ?? NullLogger.Instance;
        _clock = clock ?? TimeProvider.System;
        ProtocolOptions = Options.Protocol with { User = Options.User, Host = Options.Host, Types = new TypePool() };
        _searcher = new PvaSearcher(this, _clock, _logger);
        _sweep = _clock.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    public PvaClientOptions Options { get; }
    public int ChannelCount => _byName.Count;
    public int ConnectedCount => _byName.Values.Count(channel => channel.IsConnected);

    public int ConnectionCount
    {
        get
        {
            lock (_lock)
                return _connections.Count;
        }
    }

    /// <summary>Datagrams with searches sent so far.</summary>
    public long SearchDatagrams => _searcher.Datagrams;

    internal ClientProtocolOptions ProtocolOptions { get; }

    /// <summary>Milliseconds of the monotonic clock.</summary>
    internal long Now => _clock.GetTimestamp() / (_clock.TimestampFrequency / 1000);

    /// <summary>Monitors a PV: the subscriber is told of everything, also of losing the PV and finding it again.</summary>
    public PvaSubscription Subscribe(string pvName, IPvaSubscriber subscriber, PvaMonitorOptions? options = null)
    {
        while (true)
        {
            var channel = Channel(pvName);
            var subscription = new PvaSubscription(this, channel, subscriber, options ?? PvaMonitorOptions.Default);
            if (channel.Join(subscription.ChannelUse))
                return subscription;
            Thread.Yield();
        }
    }

    internal async Task<T> Run<T>(string pvName, Func<PvaChannel, PvaRequest<T>> make, TimeSpan timeout, CancellationToken cancellation)
    {
        var channel = Channel(pvName);
        var request = make(channel);
        while (!channel.Join(request))
        {
            await Task.Yield();
            channel = Channel(pvName);
            request = make(channel);
        }
        try
        {
            return await request.Result.WaitAsync(timeout, _clock, cancellation);
        }
        catch (TimeoutException)
        {
            throw new PvaTimeoutException(pvName, timeout, channel.IsConnected);
        }
        finally
        {
            channel.Leave(request);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        _sweep.Dispose();
        await _searcher.DisposeAsync();
        PvaClientConnection[] connections;
        lock (_lock)
            connections = [.. _connections.Values];
        foreach (var connection in connections)
            connection.Close("the client ends");
        await Task.WhenAll(_running.Keys);
    }

    private PvaChannel Channel(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_byName.TryGetValue(name, out var known))
            return known;
        var channel = new PvaChannel(this, Interlocked.Increment(ref _lastCid), name);
        known = _byName.GetOrAdd(name, channel);
        if (!ReferenceEquals(known, channel))
            return known;
        _byCid[channel.Cid] = channel;
        _searcher.Add(channel.Cid, name);
        return channel;
    }

    private bool IsCurrent(PvaChannel channel) => _byName.TryGetValue(channel.Name, out var current) && ReferenceEquals(current, channel);

    internal void SearchAgain(PvaChannel channel, bool immediately)
    {
        if (!_disposed && IsCurrent(channel))
            _searcher.Add(channel.Cid, channel.Name, immediately ? null : SearchSchedule.EagerInterval);
    }

    /// <summary>A server has answered a search.</summary>
    internal void Found(SearchResponse response, IPEndPoint from)
    {
        if (_disposed || !response.Found || response.Protocol != "tcp")
            return;
        var address = WireAddress.IsAny(response.Server.Address) ? new IPEndPoint(from.Address, response.Server.Port) : response.Server;
        List<PvaChannel>? channels = null;
        foreach (var id in response.Ids)
            if (_byCid.TryGetValue(id, out var channel) && _searcher.Remove(id))
                (channels ??= []).Add(channel);
        if (channels is not null)
            Connect(address, channels);
    }

    private void Connect(IPEndPoint address, List<PvaChannel> channels)
    {
        lock (_lock)
        {
            if (_connections.TryGetValue(address, out var connection) && !connection.IsClosed)
            {
                connection.Create([.. channels.Where(channel => channel.Assign(connection))]);
                return;
            }
            if (_connecting.TryGetValue(address, out var waiting))
            {
                waiting.AddRange(channels);
                return;
            }
            _connecting.Add(address, channels);
        }
        _ = ConnectAsync(address);
    }

    /// <summary>Keeps a connection to a name server.</summary>
    internal void ConnectNameServer(IPEndPoint address)
    {
        lock (_lock)
            if (_disposed || _connections.ContainsKey(address) || _connecting.ContainsKey(address))
                return;
        Connect(address, []);
    }

    internal PvaClientConnection? ConnectionTo(IPEndPoint address)
    {
        lock (_lock)
            return _connections.GetValueOrDefault(address);
    }

    private async Task ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        PvaClientConnection connection;
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), _clock);
            await socket.ConnectAsync(address, limit.Token);
            connection = new PvaClientConnection(this, socket, _clock);
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Dispose();
            Log.NoConnection(_logger, address, problem.Message);
            List<PvaChannel> failed;
            lock (_lock)
            {
                _connecting.Remove(address, out var waiting);
                failed = waiting ?? [];
            }
            foreach (var channel in failed)
                SearchAgain(channel, immediately: false);
            return;
        }
        lock (_lock)
        {
            _connecting.Remove(address, out var waiting);
            _connections[address] = connection;
            connection.Create([.. (waiting ?? []).Where(channel => channel.Assign(connection))]);
        }
        var run = connection.RunAsync();
        _running.TryAdd(run, true);
        if (_disposed)
            connection.Close("the client ends");
        await run;
        _running.TryRemove(run, out _);
    }

    internal void ConnectionReady(PvaClientConnection connection) => _searcher.ConnectionReady(connection);

    internal void ConnectionClosed(PvaClientConnection connection, string reason)
    {
        Log.Disconnected(_logger, connection.Remote, reason);
        lock (_lock)
            if (_connections.TryGetValue(connection.Remote, out var current) && ReferenceEquals(current, connection))
                _connections.Remove(connection.Remote);
        if (!_disposed)
            _searcher.ConnectionClosed(connection.Remote);
    }

    // The last channel has gone: nobody needs the connection, unless it is to a name server.
    internal void ChannelLeft(PvaClientConnection connection, int left)
    {
        if (left > 0 || _searcher.IsNameServer(connection.Remote))
            return;
        lock (_lock)
            if (!_connecting.ContainsKey(connection.Remote) && connection.ChannelCount == 0 && _connections.Remove(connection.Remote))
                connection.Close("no channel is left");
    }

    private void Sweep()
    {
        PvaClientConnection[] connections;
        lock (_lock)
            connections = [.. _connections.Values];
        foreach (var connection in connections)
        {
            var silence = connection.Silence;
            if (silence > Options.ConnectionTimeout * 4 / 3)
                connection.Close("silent for too long");
            else if (silence > Options.ConnectionTimeout / 2)
                connection.Echo();
        }
        var limit = Now - (long)IdleLifetime.TotalMilliseconds;
        foreach (var channel in _byName.Values)
            if (channel.TryRetire(limit) && _byName.TryRemove(new(channel.Name, channel)))
            {
                _byCid.TryRemove(channel.Cid, out _);
                _searcher.Remove(channel.Cid);
                channel.Close();
            }
    }

    internal void LogMessage(IPEndPoint server, StatusType type, string text) => Log.RemoteMessage(_logger, server, type, text);

    internal void LogRefused(IPEndPoint server, string reason) => Log.NotAuthenticated(_logger, server, reason);

    internal void LogSubscriberFailed(string pvName, Exception problem) => Log.SubscriberFailed(_logger, pvName, problem);

    internal void LogFault(IPEndPoint server, Exception problem) => Log.Fault(_logger, server, problem);

    private static partial class Log
    {
        [LoggerMessage(7044, LogLevel.Error, "the subscriber of {Pv} failed; it goes on with the next update")]
        public static partial void SubscriberFailed(ILogger logger, string pv, Exception problem);

        [LoggerMessage(7045, LogLevel.Error, "the connection to {Server} failed on our side and is made anew")]
        public static partial void Fault(ILogger logger, IPEndPoint server, Exception problem);

        [LoggerMessage(7040, LogLevel.Debug, "no connection to {Server}: {Reason}")]
        public static partial void NoConnection(ILogger logger, IPEndPoint server, string reason);

        [LoggerMessage(7041, LogLevel.Information, "connection to {Server} ended: {Reason}")]
        public static partial void Disconnected(ILogger logger, IPEndPoint server, string reason);

        [LoggerMessage(7042, LogLevel.Debug, "{Server} says ({Type}): {Text}")]
        public static partial void RemoteMessage(ILogger logger, IPEndPoint server, StatusType type, string text);

        [LoggerMessage(7043, LogLevel.Warning, "{Server} does not accept who we are: {Reason}")]
        public static partial void NotAuthenticated(ILogger logger, IPEndPoint server, string reason);
    }
}
