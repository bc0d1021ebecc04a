using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ModelManager.Epics.PvAccess;

public enum ConnectionState : byte
{
    /// <summary>The server has to speak first: SET_ENDIAN and its CONNECTION_VALIDATION.</summary>
    Opening,
    /// <summary>The client has to send its CONNECTION_VALIDATION, then the server CONNECTION_VALIDATED.</summary>
    Validating,
    Ready,
}

/// <summary>Which messages either side may send in which state of the connection. What is not here ends it, or is passed over where the peer may be newer than we.</summary>
public static class ConnectionRules
{
    private static readonly Command[] Always = [Command.Echo, Command.Message, Command.AuthNZ, Command.AclChange, Command.MultipleData];

    private static readonly Command[] Operations =
    [
        Command.Get, Command.Put, Command.PutGet, Command.Monitor, Command.Process, Command.GetField, Command.Rpc, Command.Array,
    ];

    /// <summary>What a server accepts from a client.</summary>
    public static ImmutableArray<ConnectionRule> FromClient { get; } =
    [
        new(ConnectionState.Validating, Command.ConnectionValidation),
        .. Always.Select(command => new ConnectionRule(ConnectionState.Validating, command)),
        .. Always.Concat(Operations).Select(command => new ConnectionRule(ConnectionState.Ready, command)),
        new(ConnectionState.Ready, Command.Search),
        new(ConnectionState.Ready, Command.CreateChannel),
        new(ConnectionState.Ready, Command.DestroyChannel),
        new(ConnectionState.Ready, Command.DestroyRequest),
        new(ConnectionState.Ready, Command.CancelRequest),
    ];

    /// <summary>What a client accepts from a server.</summary>
    public static ImmutableArray<ConnectionRule> FromServer { get; } =
    [
        new(ConnectionState.Opening, Command.ConnectionValidation),
        .. Always.Select(command => new ConnectionRule(ConnectionState.Opening, command)),
        .. Always.Select(command => new ConnectionRule(ConnectionState.Validating, command)),
        new(ConnectionState.Validating, Command.ConnectionValidated),
        .. Always.Concat(Operations).Select(command => new ConnectionRule(ConnectionState.Ready, command)),
        new(ConnectionState.Ready, Command.SearchResponse),
        new(ConnectionState.Ready, Command.Beacon),
        new(ConnectionState.Ready, Command.CreateChannel),
        new(ConnectionState.Ready, Command.DestroyChannel),
        new(ConnectionState.Ready, Command.ConnectionValidated),
    ];

    private static readonly FrozenSet<ConnectionRule> ClientTable = FromClient.ToFrozenSet();
    private static readonly FrozenSet<ConnectionRule> ServerTable = FromServer.ToFrozenSet();

    /// <exception cref="ProtocolException">The message may not come in this state.</exception>
    /// <returns>False for a command nobody has defined yet: it is passed over.</returns>
    public static bool Check(ConnectionState state, Command command, bool fromServer)
    {
        if ((fromServer ? ServerTable : ClientTable).Contains(new(state, command)))
            return true;
        if (command > Command.OriginTag)
            return false;
        throw new ProtocolException($"{command} from the {(fromServer ? "server" : "client")} in state {state}");
    }
}

public readonly record struct ConnectionRule(ConnectionState State, Command Command);
