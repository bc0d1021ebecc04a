using ModelManager.Values;

namespace ModelManager.Connectors;

/// <summary>Where PV updates come from. One per silo and source; safe for use from several threads.</summary>
public interface IPvSource
{
    /// <summary>Set when the source can wait for a slow consumer without losing anything (files, replay); live sources cannot.</summary>
    bool CanPause { get; }

    /// <summary>Set when the source comes to an end by itself (a file that is read once): whoever stops before has a part of the result only.</summary>
    bool Ends => false;

    /// <summary>Reads the current value of each PV, in order. A PV that cannot be read gives a disconnect with the reason; it does not throw.</summary>
    ValueTask<PvUpdate[]> Get(IReadOnlyList<string> pvNames, CancellationToken cancellation);

    /// <summary>Subscribes to PVs. A PV that is already monitored for somebody else delivers its current value at once. Nothing is delivered before the call has returned.</summary>
    IPvSubscription Monitor(IReadOnlyList<string> pvNames, IPvSubscriber subscriber);
}

/// <summary>Takes what a subscription brings. Calls come one at a time per subscription, on the source's thread: hand over and return.</summary>
public interface IPvSubscriber
{
    void OnBatch(PvBatch batch);

    /// <summary>The source has ended (a file's last row); with an error if it failed. Nothing comes after it.</summary>
    void OnCompleted(Exception? error);
}

/// <summary>Disposing it ends the subscription; after that returns, nothing more is delivered.</summary>
public interface IPvSubscription : IAsyncDisposable
{
    /// <summary>Stops delivery where <see cref="IPvSource.CanPause"/>; otherwise does nothing. Calls nest not: one resume undoes any number of pauses.</summary>
    void Pause();

    void Resume();
}
