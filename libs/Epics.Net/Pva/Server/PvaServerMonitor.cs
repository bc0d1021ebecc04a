using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Net;

/// <summary>One subscription of one client to one PV.</summary>
internal sealed class PvaServerMonitor(PvaServerSession session, ServerOperation operation, ServedPv pv)
{
    private int _waiting;

    public ServerOperation Operation { get; } = operation;
    public ServedPv Pv { get; } = pv;
    public MonitorQueue Queue { get; } = new(operation.Layout!, operation.Selected, operation.Request.QueueSize, operation.Window);
    public bool Subscribed { get; set; }

    /// <summary>Has something to send: its session will, when its turn comes.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _waiting, 1) == 0)
            session.Enqueue(this);
    }

    /// <summary>Its turn has come.</summary>
    public void TurnBegins() => Interlocked.Exchange(ref _waiting, 0);
}
