using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Values;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>A PV on a <see cref="CaServer"/>. Disposing it takes the PV away from its clients.</summary>
public sealed class CaPv : IDisposable
{
    private readonly CaServer _server;

    internal CaPv(CaServer server, CaServedPv served) => (_server, Served) = (server, served);

    internal CaServedPv Served { get; }
    public string Name => Served.Name;
    public PvSample Current => Served.Current;

    /// <summary>Subscriptions of all clients together.</summary>
    public int SubscriptionCount => Served.SubscriptionCount;

    /// <summary>Makes this the current sample and sends it to who subscribed. Allocates nothing for scalars; never waits for a client.</summary>
    public void Post(in PvSample sample) => Served.Post(sample);

    public void Dispose() => _server.Remove(this);
}

/// <summary>A Channel Access server: PVs by name, for any number of clients. Safe for use from several threads.</summary>
public sealed partial class CaServer : ICaServerHost, IAsyncDisposable
{
    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(20);
    private readonly CaServerOptions _options;
    private readonly ConcurrentDictionary<string, CaServedPv> _pvs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<CaServerConnection, Task> _connections = new();
    private readonly CaParkedSearches _parked;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _loops = [];
    private CaServerDatagrams? _datagrams;
    private int _stopped;
    private bool _silent;

    private CaServer(CaServerOptions options)
    {
        _options = options;
        _parked = new(options.Time);
    }

    /// <summary>The TCP port: that of the options, or a free one when it was taken.</summary>
    public int TcpPort { get; private set; }

    /// <summary>The UDP port of searches; 0 when they are off.</summary>
    public int UdpPort => _datagrams?.Port ?? 0;

    /// <summary>While set no search is answered and no client served: this process may not publish at the moment. What is posted is kept for later.</summary>
    public bool Silent
    {
        get => Volatile.Read(ref _silent);
        set
        {
            Volatile.Write(ref _silent, value);
            if (!value)
            {
                RestartBeacons();
                return;
            }
            foreach (var connection in _connections.Keys)
                connection.Dispose();
        }
    }

    public int ClientCount => _connections.Count;
    public int PvCount => _pvs.Count;
    public IEnumerable<string> PvNames => _pvs.Keys;

    IAccessPolicy ICaServerHost.Access => _options.Access;
    bool ICaServerHost.IsSilent => Silent;
    DateTimeOffset ICaServerHost.Now => _options.Time.GetUtcNow();
    ushort ICaServerHost.AdvertisedPort => (ushort)(_options.Advertise?.Port ?? TcpPort);
    uint ICaServerHost.AdvertisedAddress => _options.Advertise is { } at ? CaAddress.ToUInt32(at.Address) : CaAddress.Sender;

    /// <summary>Opens the ports and begins to serve.</summary>
    /// <exception cref="SocketException">No port can be opened on an interface that was asked for.</exception>
    public static CaServer Start(CaServerOptions? options = null)
    {
        var server = new CaServer(options ?? new());
        try
        {
            server.Open();
            return server;
        }
        catch
        {
            foreach (var listener in server._listeners)
                listener.Dispose();
            server._datagrams?.Dispose();
            throw;
        }
    }

    /// <summary>Serves a PV. Its type is fixed by the first sample; with an UDF alarm it shows that there is no result yet.</summary>
    /// <exception cref="InvalidOperationException">The name is served already.</exception>
    public CaPv AddPv(string name, in PvSample initial, CaPvOptions? options = null)
    {
        var served = new CaServedPv(name, initial, options ?? new());
        if (!_pvs.TryAdd(name, served))
            throw new InvalidOperationException($"PV '{name}' is served already by this server");
        _parked.Release(name);
        return new(this, served);
    }

    /// <summary>Whether clients may connect to a channel name here, with or without a field.</summary>
    public bool Serves(string channelName) => !Silent && CaField.Resolve(channelName, ((ICaServerHost)this).Find) is not null;

    /// <summary>Says to everybody that this server has something new, as it did when it started.</summary>
    public void RestartBeacons() => _datagrams?.RestartBeacons();

    /// <summary>Clients with what they hold, for status pages.</summary>
    public IReadOnlyList<CaClientStatus> Clients() => [.. _connections.Keys.Select(c => new CaClientStatus(
        c.Remote, c.Circuit.User, c.Circuit.Host, c.Circuit.ChannelCount, c.Circuit.SubscriptionCount, c.Circuit.Dropped, c.BytesReceived, c.BytesSent))];

    /// <summary>Closes every circuit, takes no new ones and answers no searches.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
            return;
        _options.Access.Changed -= ReviewAccess;
        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
            listener.Dispose();
        _datagrams?.Dispose();
        foreach (var connection in _connections.Keys)
            connection.Dispose();
        await Task.WhenAll(_connections.Values).ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
    }

    CaServedPv? ICaServerHost.Find(string pvName) => _pvs.GetValueOrDefault(pvName);

    CaLocation ICaServerHost.Locate(string channelName)
    {
        if (Silent)
            return CaLocation.Unknown;
        if (Serves(channelName))
            return CaLocation.Here;
        return _options.Directory?.Invoke(channelName) ?? CaLocation.Unknown;
    }

    void ICaServerHost.Park(string channelName, Action answer) => _parked.Add(channelName, answer);

    void ICaServerHost.OnPut(in CaPut put, in CaPutResult result)
    {
        if (result.Refusal is { } refusal)
            Log.PutRefused(_options.Logger, put.PvName, put.User, put.Host, refusal);
        _options.Audit?.Invoke(put, result);
    }

    internal void Remove(CaPv pv)
    {
        if (!_pvs.TryRemove(KeyValuePair.Create(pv.Name, pv.Served)))
            return;
        pv.Served.Retire();
        foreach (var connection in _connections.Keys)
            connection.Circuit.Drop(pv.Served);
    }

    private void Open()
    {
        var addresses = _options.Interfaces.IsEmpty
            ? [IPAddress.Any]
            : _options.Interfaces.Select(address => NetworkAddresses.Resolve(address.Host)).ToArray();
        foreach (var address in addresses)
            _listeners.Add(Listen(address));
        if (_options.EnableUdp)
        {
            _datagrams = new(_options, addresses, this, (ushort)(_options.Advertise?.Port ?? TcpPort));
            _loops.AddRange(_datagrams.Start());
        }
        foreach (var listener in _listeners)
            _loops.Add(Accept(listener));
        _options.Access.Changed += ReviewAccess;
        Log.Started(_options.Logger, TcpPort, UdpPort);
    }

    // All interfaces share one TCP port, because search answers name one.
    private Socket Listen(IPAddress address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, TcpPort != 0 ? TcpPort : _options.Port));
            socket.Listen(512);
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.AddressAlreadyInUse && TcpPort == 0)
        {
            Log.PortTaken(_options.Logger, _options.Port);
            socket.Dispose();
            socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            socket.Listen(512);
        }
        TcpPort = ((IPEndPoint)socket.LocalEndPoint!).Port;
        return socket;
    }

    private async Task Accept(Socket listener)
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException problem)
            {
                // A client that was gone before it was taken, or no file handle at this moment: the next one may do.
                Log.AcceptFailed(_options.Logger, problem.SocketErrorCode);
                await Task.Delay(s_acceptPause, CancellationToken.None).ConfigureAwait(false);
                continue;
            }
            if (Silent || _connections.Count >= _options.MaxClients)
            {
                if (!Silent)
                    Log.TooManyClients(_options.Logger, _options.MaxClients);
                socket.Dispose();
                continue;
            }
            Serve(socket);
        }
    }

    private void Serve(Socket socket)
    {
        CaServerConnection connection;
        try
        {
            CaTransport.Configure(socket);
            connection = new(socket, this, _options);
        }
        catch (SocketException)
        {
            socket.Dispose();      // gone before it was here
            return;
        }
        var started = new TaskCompletionSource();
        _connections[connection] = RunConnection(connection, started.Task);
        started.SetResult();
    }

    private async Task RunConnection(CaServerConnection connection, Task registered)
    {
        await registered.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var reason = await connection.Run().ConfigureAwait(false);
        _connections.TryRemove(connection, out _);
        if (reason is not null)
            Log.CircuitClosed(_options.Logger, connection.Remote, connection.Circuit.User, connection.Circuit.Host, reason);
    }

    private void ReviewAccess()
    {
        foreach (var connection in _connections.Keys)
            connection.Circuit.ReviewAccess();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Channel Access server on TCP port {TcpPort}, searches on UDP port {UdpPort}")]
        public static partial void Started(ILogger logger, int tcpPort, int udpPort);

        [LoggerMessage(2, LogLevel.Warning, "TCP port {Port} is taken by another server: a free one is used, clients learn it from search answers")]
        public static partial void PortTaken(ILogger logger, int port);

        [LoggerMessage(3, LogLevel.Warning, "A client could not be accepted: {Error}")]
        public static partial void AcceptFailed(ILogger logger, SocketError error);

        [LoggerMessage(4, LogLevel.Warning, "A client was turned away: {Limit} are connected")]
        public static partial void TooManyClients(ILogger logger, int limit);

        [LoggerMessage(5, LogLevel.Warning, "Circuit of {Remote} ({User}@{Host}) closed: {Reason}")]
        public static partial void CircuitClosed(ILogger logger, IPEndPoint remote, string user, string host, string reason);

        [LoggerMessage(6, LogLevel.Information, "Put to {Pv} by {User}@{Host} refused: {Reason}")]
        public static partial void PutRefused(ILogger logger, string pv, string user, string host, string reason);
    }
}

/// <summary>What a server knows of one client.</summary>
/// <param name="Dropped">Updates that newer ones replaced because the client was slow.</param>
public sealed record CaClientStatus(IPEndPoint Remote, string User, string Host, int Channels, int Subscriptions, long Dropped, long BytesReceived, long BytesSent);
