namespace ModelManager.Epics.ChannelAccess.Client;

/// <summary>How far a channel of a client is.</summary>
public enum CaChannelState : byte
{
    /// <summary>Nobody has said to have the PV; the name is searched with growing intervals.</summary>
    Searching,
    /// <summary>A server was found; its circuit is being made or CREATE_CHAN is under way.</summary>
    Connecting,
    Connected,
    /// <summary>Given up by the user; nothing comes after it.</summary>
    Closed,
}

public enum CaChannelEvent : byte
{
    Found,
    Created,
    /// <summary>The server does not have the PV after all.</summary>
    Refused,
    /// <summary>The circuit broke, or the server took the PV away.</summary>
    Lost,
    Closed,
}

/// <summary>The life of a client's channel, as a table. What is not in it changes nothing (a second search answer, a late reply).</summary>
public static class CaChannelStates
{
    private static readonly Dictionary<(CaChannelState, CaChannelEvent), CaChannelState> s_table = new()
    {
        [(CaChannelState.Searching, CaChannelEvent.Found)] = CaChannelState.Connecting,
        [(CaChannelState.Connecting, CaChannelEvent.Created)] = CaChannelState.Connected,
        [(CaChannelState.Connecting, CaChannelEvent.Refused)] = CaChannelState.Searching,
        [(CaChannelState.Connecting, CaChannelEvent.Lost)] = CaChannelState.Searching,
        [(CaChannelState.Connected, CaChannelEvent.Lost)] = CaChannelState.Searching,
        [(CaChannelState.Searching, CaChannelEvent.Closed)] = CaChannelState.Closed,
        [(CaChannelState.Connecting, CaChannelEvent.Closed)] = CaChannelState.Closed,
        [(CaChannelState.Connected, CaChannelEvent.Closed)] = CaChannelState.Closed,
    };

    /// <summary>The next state, or false where the event means nothing in this state.</summary>
    public static bool TryNext(CaChannelState state, CaChannelEvent happened, out CaChannelState next) => s_table.TryGetValue((state, happened), out next);
}
