using System.Net;
using System.Net.Sockets;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>One TCP circuit of a client: its socket around a <see cref="CaClientCircuit"/>, with the watch for silence.</summary>
internal sealed class CaClientConnection : ICaClientEvents, IDisposable
{
    private static readonly TimeSpan s_nameServerConnect = TimeSpan.FromSeconds(1.5);
    private readonly CaClient _client;
    private readonly CaClientOptions _options;
    private readonly WakeSignal _wake = new();
    private readonly CaOutbox _outbox;
    private readonly CancellationTokenSource _closing = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private long _lastHeard;
    private long _echoSent;
    private volatile bool _echoPending;
    private bool _silent;

    public CaClientConnection(CaClient client, CaClientOptions options, IPEndPoint endpoint, bool isNameServer)
    {
        (_client, _options, Endpoint, IsNameServer) = (client, options, endpoint, isNameServer);
        _outbox = new(int.MaxValue, _wake.Wake);
        Circuit = new(this, _outbox, options.User, options.Host, Math.Min(options.Priority, (ushort)99));
        _lastHeard = options.Time.GetTimestamp();
    }

    public IPEndPoint Endpoint { get; }
    public bool IsNameServer { get; set; }
    public CaClientCircuit Circuit { get; }
    public bool IsOpen { get; private set; }

    /// <summary>Channels that are on this circuit or wait for it; under the client's gate.</summary>
    public HashSet<CaChannel> Channels { get; } = [];

    /// <summary>Connects and serves until the connection ends. Returns the reason.</summary>
    public async Task<string> Run()
    {
        using var received = new CaReceiveBuffer(_options.MaxPayload);
        var writing = Task.CompletedTask;
        await using var timer = _options.Time.CreateTimer(_ => Watch(), null, _options.EchoTimeout, _options.EchoTimeout);
        try
        {
            CaTransport.Configure(_socket);
            await Connect().ConfigureAwait(false);
            _lastHeard = _options.Time.GetTimestamp();
            var transport = new CaTransport(_socket, received, _outbox, _wake);
            writing = transport.WriteLoop(null, _closing.Token);
            var reading = transport.ReadLoop(Receive, _closing.Token);
            await await Task.WhenAny(reading, writing).ConfigureAwait(false);
            return $"{Endpoint} closed the connection";
        }
        catch (CaProtocolException problem)
        {
            return $"{Endpoint} sent what Channel Access does not allow: {problem.Message}";
        }
        catch (SocketException problem)
        {
            return $"{Endpoint}: {problem.SocketErrorCode}";
        }
        catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
        {
            return _silent ? $"{Endpoint} is silent for more than {_options.ConnectionTimeout.TotalSeconds:0.###} s and does not answer an echo" : "the client is closed";
        }
        finally
        {
            Circuit.Close();
            _outbox.Dispose();
            await _closing.CancelAsync().ConfigureAwait(false);
            _socket.Dispose();
            await Ended(writing).ConfigureAwait(false);
        }
    }

    public void Dispose() => _closing.Cancel();

    /// <summary>Asks a server that has been silent whether it lives, now rather than later: something went wrong nearby.</summary>
    public void Probe()
    {
        if (!IsOpen || _echoPending)
            return;
        _echoSent = _options.Time.GetTimestamp();
        _echoPending = true;
        Circuit.Echo();
    }

    void ICaClientEvents.OnOpen(uint minorVersion)
    {
        IsOpen = true;
        _client.OnOpen(this);
    }

    void ICaClientEvents.OnAccessRights(uint cid, CaAccess access) => _client.OnAccessRights(cid, access);

    void ICaClientEvents.OnCreated(uint cid, DbrType native, uint count, uint sid) => _client.OnCreated(this, cid, native, count, sid);

    void ICaClientEvents.OnCreateFailed(uint cid) => _client.OnChannelLost(this, cid, CaChannelEvent.Refused, $"{Endpoint} does not have it (any more)");

    void ICaClientEvents.OnServerDisconnect(uint cid) => _client.OnChannelLost(this, cid, CaChannelEvent.Lost, $"{Endpoint} does not serve it any more");

    void ICaClientEvents.OnRead(uint ioid, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload) => _client.OnRead(ioid, type, count, status, payload);

    void ICaClientEvents.OnWritten(uint ioid, Eca status) => _client.OnWritten(ioid, status);

    void ICaClientEvents.OnUpdate(uint subscription, DbrType type, uint count, Eca status, ReadOnlySpan<byte> payload) =>
        _client.OnUpdate(subscription, type, count, status, payload);

    void ICaClientEvents.OnFound(uint cid, uint address, ushort port)
    {
        var at = address is CaAddress.Sender or 0 ? Endpoint.Address : CaAddress.FromUInt32(address);
        _client.OnFound(cid, new(at, port == 0 ? Endpoint.Port : port));
    }

    void ICaClientEvents.OnEcho()
    {
    }

    void ICaClientEvents.OnError(in CaHeader request, uint cid, Eca status, string text) => _client.OnError(this, request, cid, status, text);

    private void Receive(in CaMessage message)
    {
        _lastHeard = _options.Time.GetTimestamp();
        _echoPending = false;
        Circuit.Receive(message);
    }

    // After ConnectionTimeout of silence an ECHO; EchoTimeout after that the server counts as gone. A busy machine may call late: the server still gets its time.
    private void Watch()
    {
        var silence = _options.Time.GetElapsedTime(_lastHeard);
        if (silence < _options.ConnectionTimeout && !_echoPending)
            return;
        if (IsOpen && !_echoPending)
        {
            Probe();
            return;
        }
        if (IsOpen && _options.Time.GetElapsedTime(_echoSent) < _options.EchoTimeout)
            return;
        _silent = true;
        _closing.Cancel();
    }

    // A name server is tried anew in short turns: the pauses between the SYNs of one attempt grow too long for a host that has just come back.
    private async Task Connect()
    {
        using var patience = new CancellationTokenSource(IsNameServer ? s_nameServerConnect : _options.ConnectionTimeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, patience.Token);
        try
        {
            await _socket.ConnectAsync(Endpoint, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_closing.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private static async Task Ended(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // it ended because the connection did
        }
    }
}
