using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>Something that uses a channel: a request or a subscription. Every call but <see cref="Channel"/> comes inside the gate of the connection.</summary>
internal abstract class PvaChannelUse(PvaChannel channel)
{
    public PvaChannel Channel { get; } = channel;

    /// <summary>Set once nothing is wanted any more.</summary>
    public bool Ended { get; protected set; }

    protected ClientOperation? Operation { get; set; }

    /// <summary>The channel is there: make the request.</summary>
    public abstract void Connected(PvaClientConnection connection, uint sid);

    public virtual void Initialized(PvaClientConnection connection, Status status)
    {
    }

    public virtual void Answered(PvaClientConnection connection, Status status)
    {
    }

    public virtual void Updated(PvaClientConnection connection)
    {
    }

    public virtual void StreamEnded(PvaClientConnection connection, Status status)
    {
    }

    public virtual void Field(PvaClientConnection connection, Status status, FieldDesc? type)
    {
    }

    /// <summary>The channel is gone.</summary>
    public abstract void Disconnected(string reason);

    /// <summary>Gives the request up.</summary>
    public virtual void Abandon(PvaClientConnection connection)
    {
        Ended = true;
        if (Operation is not { } operation || !connection.Protocol.Owns(operation))
            return;
        connection.Protocol.Destroy(operation);
        Operation = null;
    }
}
