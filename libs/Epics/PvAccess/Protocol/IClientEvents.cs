namespace ModelManager.Epics.PvAccess;

/// <summary>What a server says, as <see cref="ClientProtocol"/> reports it.</summary>
public interface IClientEvents
{
    /// <summary>The server has let us in, or not (it may carry on nevertheless).</summary>
    void OnValidated(ClientProtocol protocol, Status status);

    /// <summary>A channel exists now, under the server's id; or the reason why not.</summary>
    void OnChannelCreated(ClientProtocol protocol, uint cid, uint sid, Status status);

    /// <summary>The server took a channel away, or confirms that we gave it back. Its operations are gone.</summary>
    void OnChannelDestroyed(ClientProtocol protocol, uint cid, uint sid);

    /// <summary>INIT was answered: <see cref="ClientOperation.Value"/> has the type, or the status says why not.</summary>
    void OnInitialized(ClientProtocol protocol, ClientOperation operation, Status status);

    /// <summary>An exchange was answered: see the operation's sub-command, value and result.</summary>
    void OnAnswered(ClientProtocol protocol, ClientOperation operation, Status status);

    /// <summary>A monitor update was merged into the operation's value.</summary>
    void OnUpdate(ClientProtocol protocol, ClientOperation operation);

    /// <summary>The server has ended a monitor.</summary>
    void OnEnded(ClientProtocol protocol, ClientOperation operation, Status status);

    void OnField(ClientProtocol protocol, ClientOperation operation, Status status, FieldDesc? type);

    /// <summary>An answer to a search over this connection.</summary>
    void OnSearchResponse(ClientProtocol protocol, SearchResponse response);

    void OnEcho(ClientProtocol protocol);

    /// <summary>A text for the log.</summary>
    void OnMessage(ClientProtocol protocol, uint ioid, StatusType type, string text);
}
