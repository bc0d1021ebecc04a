namespace ModelManager.Epics.PvAccess;

/// <summary>What a client wants, as <see cref="ServerProtocol"/> reports it. Answers may be given inside the call or later, through the protocol.</summary>
public interface IServerEvents
{
    /// <summary>The client says who it is. OK lets it in, an ERROR is told to it.</summary>
    Status OnCredentials(ServerProtocol protocol, ClientValidation credentials);

    /// <summary>To be answered by <see cref="ServerProtocol.AcceptChannel"/> or <see cref="ServerProtocol.RefuseChannel"/>.</summary>
    void OnCreateChannel(ServerProtocol protocol, uint cid, string name);

    /// <summary>The client gave the channel back; its operations have been reported as destroyed before.</summary>
    void OnChannelDestroyed(ServerProtocol protocol, ServerChannel channel);

    /// <summary>To be answered by <see cref="ServerProtocol.AcceptInit"/> or <see cref="ServerProtocol.RefuseInit"/>.</summary>
    void OnInit(ServerProtocol protocol, ServerOperation operation);

    /// <summary>GET, or the read part of PUT and PUT_GET: to be answered by <see cref="ServerProtocol.AnswerGet"/>.</summary>
    void OnGet(ServerProtocol protocol, ServerOperation operation);

    /// <summary>PUT, PUT_GET and PROCESS: to be answered by <see cref="ServerProtocol.Answer"/> (PUT_GET: <see cref="ServerProtocol.AnswerGet"/>).</summary>
    void OnPut(ServerProtocol protocol, ServerOperation operation);

    /// <summary>To be answered by <see cref="ServerProtocol.AnswerRpc(ServerOperation, Status, PvaStructure?)"/>.</summary>
    void OnRpc(ServerProtocol protocol, ServerOperation operation);

    /// <summary>To be answered by <see cref="ServerProtocol.AnswerGetField"/>.</summary>
    void OnGetField(ServerProtocol protocol, ServerOperation operation, string subField);

    void OnMonitorStart(ServerProtocol protocol, ServerOperation operation);

    void OnMonitorStop(ServerProtocol protocol, ServerOperation operation);

    void OnMonitorAcknowledge(ServerProtocol protocol, ServerOperation operation, uint count);

    /// <summary>What is under way is no longer wanted; the operation stays.</summary>
    void OnCancel(ServerProtocol protocol, ServerOperation operation);

    /// <summary>The operation has ended, by the client's request or with its channel.</summary>
    void OnDestroyed(ServerProtocol protocol, ServerOperation operation);

    /// <summary>A search over TCP: this server is used as a name server.</summary>
    void OnSearch(ServerProtocol protocol, SearchRequest request, bool bigEndian);

    /// <summary>A text for the log.</summary>
    void OnMessage(ServerProtocol protocol, uint ioid, StatusType type, string text);
}
