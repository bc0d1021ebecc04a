using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>A pvAccess server: hosts PVs for pvget, Phoebus, p4p, the archiver. One per interface of a deployment; several live side by side in one process and on one host.</summary>
/// <example><code>
/// await using var server = PvaServer.Start(new PvaServerOptions());
/// var pv = server.AddPv("LASER:ENERGY", NtScalar.Double(0.0));
/// pv.Post(1.25);
/// </code></example>
public sealed partial class PvaServer : IAsyncDisposable
{
    /// <summary>The channel every server has, for pvlist.</summary>
    public const string ServerChannelName = "server";

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(2);
    private readonly ConcurrentDictionary<string, ServedPv> _pvs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<PvaServerSession, Task> _sessions = new();
    private readonly Socket _listener;
    private readonly PvaServerUdp? _udp;
    private readonly ParkedSearches _parked;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private readonly ILogger _logger;
    private readonly ITimer _sweep;
    private readonly Task _accepting;
    private volatile bool _disposed;
    private volatile bool _silent;

    private PvaServer(PvaServerOptions options, ILogger? logger, TimeProvider? clock)
    {
        Options = options;
        _logger = logger ?? NullLogger.Instance;
        _clock = clock ?? TimeProvider.System;
        _started = _clock.GetTimestamp();
        _parked = new(options.MaxParkedSearches, options.ParkedSearchLifetime);
        _listener = Listen(options);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptLoop();
        _sweep = _clock.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
        if (options.UseUdp)
            _udp = new PvaServerUdp(this, _clock, _logger);
    }

    /// <summary>Where it listens for TCP; the port may not be the one asked for.</summary>
    public IPEndPoint EndPoint { get; }

    public int Port => EndPoint.Port;
    public PvaServerOptions Options { get; }
    public ServerGuid Guid { get; } = ServerGuid.Create();

    /// <summary>Who may read and write; null = everybody.</summary>
    public IPvaAccess? Access { get; set; }

    /// <summary>PVs of other servers of the same system, for searches over TCP.</summary>
    public IPvaDirectory? Directory { get; set; }

    /// <summary>Told of every outside put: the PV, who, and the refusal (null = accepted). For the audit.</summary>
    public Action<ServedPv, PvaPeer, string?>? PutSeen { get; set; }

    public ICollection<string> Names => _pvs.Keys;
    internal bool IsEmpty => _pvs.IsEmpty;
    public int ConnectionCount => _sessions.Count;

    /// <summary>While set, no search is answered and no connection accepted: this server has lost the right to publish.</summary>
    public bool Silent
    {
        get => _silent;
        set
        {
            _silent = value;
            if (value)
                foreach (var session in _sessions.Keys)
                    session.Close("the server is silent");
        }
    }

    /// <summary>Starts serving.</summary>
    /// <exception cref="SocketException">No TCP port can be bound, not even a free one.</exception>
    public static PvaServer Start(PvaServerOptions? options = null, ILogger? logger = null, TimeProvider? clock = null) => new(options ?? new(), logger, clock);

    /// <summary>Serves a PV from now on; searches that wait for it are answered.</summary>
    /// <exception cref="ArgumentException">The name is taken or cannot be a PV name.</exception>
    public ServedPv AddPv(string name, NtPv definition, Func<PutRequest, ValueTask<PutReply>>? onPut = null)
    {
        if (name.Length is 0 or > ServerProtocolOptions.MaxNameLength || name == ServerChannelName || name.Any(char.IsWhiteSpace))
            throw new ArgumentException($"'{name}' cannot be the name of a PV", nameof(name));
        // 1970 on a value breaks viewers and the archiver; what was never computed keeps it.
        if (definition.HasValue && !NtTime.Read(definition.Value).IsSet)
            NtTime.WriteWithData(definition.Value, definition.Assigned, Values.PvTime.From(_clock.GetUtcNow()));
        var pv = new ServedPv(name, definition, _clock) { OnPut = onPut };
        if (!_pvs.TryAdd(name, pv))
            throw new ArgumentException($"PV '{name}' is already served here", nameof(name));
        AnswerParked(name, PvaPlace.Unknown);
        _udp?.NamesChanged();
        return pv;
    }

    /// <summary>Stops serving a PV; its clients are told and search again.</summary>
    public bool RemovePv(string name)
    {
        if (!_pvs.TryRemove(name, out var pv))
            return false;
        foreach (var session in _sessions.Keys)
            session.Drop(pv);
        return true;
    }

    public ServedPv? Find(string name) => _pvs.GetValueOrDefault(name);

    /// <summary>A PV of the directory has a server again: searches kept for it are answered.</summary>
    public void AnswerParked(string name, PvaPlace place)
    {
        foreach (var parked in _parked.Take(name, _clock.GetElapsedTime(_started)))
        {
            var response = place.Kind == PvaPlaceKind.Elsewhere
                ? new SearchResponse(place.Guid, parked.Sequence, place.Server!, "tcp", true, [parked.Id])
                : Response(parked.Sequence, [parked.Id], found: true);
            if (parked.Origin.Session is { } session)
                session.AnswerLater(response, parked.Origin.BigEndian);
            else
                _udp?.Answer(response, parked.Origin.ReplyTo!);
        }
    }

    /// <summary>The answers to a search: ours, and over TCP those of the directory. What has no server now is kept.</summary>
    internal List<SearchResponse> AnswerSearch(SearchRequest request, SearchOrigin origin)
    {
        var answers = new List<SearchResponse>();
        if (_silent || (!request.Protocols.IsEmpty && !request.Protocols.Contains("tcp")))
            return answers;
        var own = new List<uint>();
        foreach (var (id, name) in request.Names)
        {
            if (_pvs.ContainsKey(name))
            {
                own.Add(id);
                continue;
            }
            var place = Directory?.Find(name) ?? PvaPlace.Unknown;
            if (place.Kind == PvaPlaceKind.Elsewhere && origin.Session is not null)
                answers.Add(new(place.Guid, request.Sequence, place.Server!, "tcp", true, [id]));
            else if (place.Kind == PvaPlaceKind.Nowhere)
                _parked.Add(name, id, request.Sequence, origin, _clock.GetElapsedTime(_started));
        }
        if (own.Count > 0 || (answers.Count == 0 && request.MustReply))
            answers.Insert(0, Response(request.Sequence, [.. own], own.Count > 0));
        return answers;
    }

    /// <summary>Where clients are told to connect: the advertised address, or the one they reached us by.</summary>
    internal IPEndPoint ToldAddress { get; private set; } = new(IPAddress.Any, 0);

    /// <summary>RPC on the channel <c>server</c>: <c>op=channels</c> lists the PVs, <c>op=info</c> says who we are.</summary>
    internal (Status, PvaStructure?) AnswerServerRpc(PvaStructure? argument)
    {
        var op = argument?["query.op"] as string ?? argument?["op"] as string;
        switch (op)
        {
            case "channels":
                var list = new PvaStructure(FieldDesc.Structure("epics:nt/NTScalarArray:1.0", ("value", FieldDesc.Of(PvaTypeCode.StringArray))));
                list["value"] = _pvs.Keys.Order(StringComparer.Ordinal).ToArray();
                return (Status.Ok, list);
            case "info":
                var text = FieldDesc.Of(PvaTypeCode.String);
                return (Status.Ok, new PvaStructure(FieldDesc.Structure("", ("implLang", text), ("version", text)))
                {
                    ["implLang"] = ".NET",
                    ["version"] = typeof(PvaServer).Assembly.GetName().Version?.ToString() ?? "",
                });
            default:
                return (Status.Error($"unsupported operation '{op}'; channels and info are"), null);
        }
    }

    internal void Remove(PvaServerSession session, string reason)
    {
        _sessions.TryRemove(session, out _);
        _parked.Forget(session);
        Log.Disconnected(_logger, session.Peer, reason);
    }

    internal void CountPut(ServedPv pv, PvaPeer peer, string? refusal)
    {
        if (refusal is null)
            Log.PutAccepted(_logger, pv.Name, peer);
        else
            Log.PutRefused(_logger, pv.Name, peer, refusal);
        PutSeen?.Invoke(pv, peer, refusal);
    }

    internal void LogMessage(PvaPeer peer, StatusType type, string text) => Log.RemoteMessage(_logger, peer, type, text);

    internal void LogHandlerFailed(Exception problem) => Log.HandlerFailed(_logger, problem);

    /// <summary>Says that this server is there: on start, and to hurry clients on.</summary>
    public void SendBeacon() => _udp?.SendBeacon();

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        _sweep.Dispose();
        if (_udp is not null)
            await _udp.DisposeAsync();
        _listener.Dispose();
        foreach (var session in _sessions.Keys)
            session.Close("the server ends");
        await _accepting;
        await Task.WhenAll(_sessions.Values);
    }

    private SearchResponse Response(uint sequence, System.Collections.Immutable.ImmutableArray<uint> ids, bool found) =>
        new(Guid, sequence, ToldAddress, "tcp", found, ids);

    private Socket Listen(PvaServerOptions options)
    {
        var address = options.Interfaces.Length == 1 ? NetworkAddresses.Resolve(options.Interfaces[0].Host) : IPAddress.Any;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, options.ServerPort));
            socket.Listen(512);
        }
        catch (SocketException problem) when (problem.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied && options.ServerPort != 0)
        {
            Log.PortTaken(_logger, options.ServerPort);
            socket.Dispose();
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, 0));
            socket.Listen(512);
        }
        var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        ToldAddress = options.Advertise is { } told
            ? new(NetworkAddresses.Resolve(told.Host), told.Port > 0 ? told.Port : port)
            : new(address, port);
        return socket;
    }

    private async Task AcceptLoop()
    {
        while (!_disposed)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync();
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                if (_disposed || ended is ObjectDisposedException)
                    return;
                continue;
            }
            if (_silent || _disposed || _sessions.Count >= Options.MaxConnections)
            {
                socket.Dispose();
                continue;
            }
            try
            {
                socket.NoDelay = true;
                var session = new PvaServerSession(this, socket, _clock);
                Log.Connected(_logger, session.Peer);
                var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _sessions[session] = started.Task;
                _ = Serve(session, started);
            }
            catch (SocketException)
            {
                // Gone before it was served.
                socket.Dispose();
            }
        }
    }

    private static async Task Serve(PvaServerSession session, TaskCompletionSource done)
    {
        await Task.Yield();
        try
        {
            await session.RunAsync();
        }
        finally
        {
            done.SetResult();
        }
    }

    private void Sweep()
    {
        foreach (var session in _sessions.Keys)
            if (session.Silence > Options.ConnectionTimeout * 4 / 3)
                session.Close("silent for too long");
    }

    private static partial class Log
    {
        [LoggerMessage(7001, LogLevel.Debug, "pvAccess client {Peer} connected")]
        public static partial void Connected(ILogger logger, PvaPeer peer);

        [LoggerMessage(7002, LogLevel.Debug, "pvAccess client {Peer} is gone: {Reason}")]
        public static partial void Disconnected(ILogger logger, PvaPeer peer, string reason);

        [LoggerMessage(7003, LogLevel.Debug, "put to {Pv} by {Peer} accepted")]
        public static partial void PutAccepted(ILogger logger, string pv, PvaPeer peer);

        [LoggerMessage(7004, LogLevel.Information, "put to {Pv} by {Peer} refused: {Reason}")]
        public static partial void PutRefused(ILogger logger, string pv, PvaPeer peer, string reason);

        [LoggerMessage(7005, LogLevel.Information, "TCP port {Port} is taken, a free one is used")]
        public static partial void PortTaken(ILogger logger, int port);

        [LoggerMessage(7006, LogLevel.Debug, "{Peer} says ({Type}): {Text}")]
        public static partial void RemoteMessage(ILogger logger, PvaPeer peer, StatusType type, string text);

        [LoggerMessage(7007, LogLevel.Warning, "a put or RPC handler failed")]
        public static partial void HandlerFailed(ILogger logger, Exception problem);
    }
}
