using System.Net.Sockets;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>One connection of a <see cref="PvaClient"/> to one server, shared by all channels there.</summary>
internal sealed class PvaClientConnection : PvaConnection, IClientEvents
{
    private readonly PvaClient _client;
    private readonly Dictionary<uint, PvaChannel> _channels = [];
    private uint _lastIoid = 0x10000000;

    public PvaClientConnection(PvaClient client, Socket socket, TimeProvider clock) : base(socket, clock)
    {
        _client = client;
        Protocol = new ClientProtocol(this, client.ProtocolOptions);
    }

    public ClientProtocol Protocol { get; }
    public bool IsReady { get; private set; }
    public int ChannelCount => _channels.Count;

    protected override WireWriter Output { get => Protocol.Output; set => Protocol.Output = value; }
    protected override MessageAssembler Input => Protocol.Input;

    public uint NextIoid() => ++_lastIoid;

    protected override void ProcessInput() => Protocol.Process();

    /// <summary>Creates channels here; they were assigned to this connection before.</summary>
    public void Create(IReadOnlyCollection<PvaChannel> channels) => Post(() =>
    {
        foreach (var channel in channels)
        {
            _channels[channel.Cid] = channel;
            if (IsReady)
                Protocol.CreateChannel(channel.Cid, channel.Name);
        }
    });

    public void Forget(uint cid, uint? sid)
    {
        _channels.Remove(cid);
        if (sid is { } created)
            Protocol.DestroyChannel(cid, created);
        _client.ChannelLeft(this, _channels.Count);
    }

    public void Search(SearchRequest request) => Post(() =>
    {
        if (IsReady)
            Protocol.Search(request);
    });

    public void Echo() => Post(() =>
    {
        if (IsReady)
            Protocol.Echo();
    });

    protected override void OnClosed(string reason)
    {
        IsReady = false;
        _client.ConnectionClosed(this, reason);
        // From here on no channel is assigned to us any more; those that were in the last moment are still in a command.
        RunCommands();
        var channels = _channels.Values.ToArray();
        _channels.Clear();
        foreach (var channel in channels)
            if (channel.Lost(this, reason))
                _client.SearchAgain(channel, immediately: true);
        Protocol.Dispose();
    }

    protected override void OnFault(Exception problem) => _client.LogFault(Remote, problem);

    public void OnValidated(ClientProtocol protocol, Status status)
    {
        if (!status.IsSuccess)
            _client.LogRefused(Remote, status.Message);
        IsReady = true;
        foreach (var channel in _channels.Values)
            protocol.CreateChannel(channel.Cid, channel.Name);
        _client.ConnectionReady(this);
    }

    public void OnChannelCreated(ClientProtocol protocol, uint cid, uint sid, Status status)
    {
        if (!_channels.TryGetValue(cid, out var channel))
        {
            // Given back while it was being created.
            if (status.IsSuccess)
                protocol.DestroyChannel(cid, sid);
        }
        else if (status.IsSuccess)
        {
            channel.Created(this, sid);
        }
        else
        {
            _channels.Remove(cid);
            if (channel.Lost(this, status.Message))
                _client.SearchAgain(channel, immediately: false);
        }
    }

    public void OnChannelDestroyed(ClientProtocol protocol, uint cid, uint sid)
    {
        if (_channels.Remove(cid, out var channel) && channel.Lost(this, "the server has taken the PV away"))
            _client.SearchAgain(channel, immediately: true);
    }

    public void OnInitialized(ClientProtocol protocol, ClientOperation operation, Status status) => (operation.Tag as PvaChannelUse)?.Initialized(this, status);

    public void OnAnswered(ClientProtocol protocol, ClientOperation operation, Status status) => (operation.Tag as PvaChannelUse)?.Answered(this, status);

    public void OnUpdate(ClientProtocol protocol, ClientOperation operation) => (operation.Tag as PvaChannelUse)?.Updated(this);

    public void OnEnded(ClientProtocol protocol, ClientOperation operation, Status status) => (operation.Tag as PvaChannelUse)?.StreamEnded(this, status);

    public void OnField(ClientProtocol protocol, ClientOperation operation, Status status, FieldDesc? type) => (operation.Tag as PvaChannelUse)?.Field(this, status, type);

    public void OnSearchResponse(ClientProtocol protocol, SearchResponse response) => _client.Found(response, Remote);

    public void OnEcho(ClientProtocol protocol)
    {
    }

    public void OnMessage(ClientProtocol protocol, uint ioid, StatusType type, string text) => _client.LogMessage(Remote, type, text);
}
