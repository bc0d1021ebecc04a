using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>One EVENT_ADD. While the circuit takes updates they are encoded at once; while it does not, only the newest waits here.</summary>
internal sealed class CaServerSubscription(CaServerCircuit circuit, CaServerChannel channel, DbrType type, uint count, uint id, CaEventMask mask)
{
    public CaServerChannel Channel { get; } = channel;
    public DbrType Type { get; } = type;

    /// <summary>Elements asked for; 0 = as many as there are.</summary>
    public uint Count { get; } = count;
    public uint Id { get; } = id;
    public CaEventMask Mask { get; } = mask;

    /// <summary>Updates that a newer one has replaced before they were sent.</summary>
    public long Dropped { get; set; }

    public bool IsClosed { get; set; }

    /// <summary>Waits in the circuit's queue with <see cref="Held"/>.</summary>
    public bool IsHeld { get; set; }
    public PvSample Held { get; set; }
    public PvMeta? HeldMeta { get; set; }

    /// <summary>Last projection of a field other than the value: it is told only when it changes.</summary>
    public PvValue LastField { get; set; }

    public void Deliver(in PvSample sample, PvMeta meta) => circuit.Deliver(this, sample, meta);
}

/// <summary>One CREATE_CHAN.</summary>
internal sealed class CaServerChannel(uint cid, uint sid, CaField field)
{
    public uint Cid { get; } = cid;
    public uint Sid { get; } = sid;
    public CaField Field { get; } = field;
    public CaAccess Access { get; set; }
    public bool TrapWrite { get; set; }
    public string AccessReason { get; set; } = "";
    public List<CaServerSubscription> Subscriptions { get; } = [];
}
