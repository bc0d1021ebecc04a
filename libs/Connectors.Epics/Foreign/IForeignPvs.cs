using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs that other servers host, over one protocol. Safe for use from several threads.</summary>
internal interface IForeignPvs : IAsyncDisposable
{
    /// <summary>The protocol as users write it: pvAccess, Channel Access.</summary>
    string Protocol { get; }

    /// <summary>Monitors a PV until disposed: a connect, its values and disconnects with their reason, on a thread of the protocol.</summary>
    IDisposable Monitor(string pvName, Action<PvUpdate> onUpdate);

    /// <summary>Reads a PV once; a disconnect with the reason where that fails.</summary>
    Task<PvUpdate> Get(string pvName, CancellationToken cancellation);

    /// <summary>Writes a PV and waits for the completion.</summary>
    Task<ForeignPut> Put(string pvName, PvSample sample, CancellationToken cancellation);

    /// <summary>Done when a server has the PV.</summary>
    Task Find(string pvName, CancellationToken cancellation);
}

/// <param name="Refusal">Why it was not written, in the words of who refused; null = written.</param>
/// <param name="WasFound">False: no server has the PV now, so the next put need not wait for one either.</param>
internal readonly record struct ForeignPut(string? Refusal, bool WasFound = true)
{
    public static ForeignPut Done => new(null);
}
