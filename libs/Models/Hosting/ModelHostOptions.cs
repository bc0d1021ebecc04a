namespace ModelManager.Models;

/// <summary>Bounds of a <see cref="ModelHost"/>.</summary>
public sealed record ModelHostOptions
{
    /// <summary>Threads that evaluate models. One per core but one: with every core inside a model, answers of everything else in the process come up to hundreds of milliseconds late; with one core left free they stay under a tenth of a millisecond.</summary>
    public int Threads { get; init; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>How long one call may take before it counts as hung.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When every thread has been inside one call for this long while others wait, a relief thread is started, so that a slow model delays the others by this and not by <see cref="CallTimeout"/>.</summary>
    public TimeSpan ReliefAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Most relief threads at one time; they end when nothing waits.</summary>
    public int ReliefThreads { get; init; } = 2;

    /// <summary>Threads lost to hung calls that are replaced, over all models. With all of them in use, a model that ever lost a thread it has not given back is refused.</summary>
    public int SpareThreads { get; init; } = 8;

    /// <summary>Threads one model may hold lost before its calls are refused.</summary>
    public int SpareThreadsPerModel { get; init; } = 2;

    /// <summary>How long after the last model was disposed its memory goes back to the system. A model's files and weights are large arrays, which the collector would keep for the next ones.</summary>
    public TimeSpan GiveBackAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gives memory back: by default a full collection, which stops every thread for some tens of milliseconds - once after a row of swaps, not at each.</summary>
    public Action GiveBack { get; init; } = static () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    /// <summary>Calls of one owner that may wait; one more is refused.</summary>
    public int MaxWaitingPerOwner { get; init; } = 64;

    /// <summary>Calls of all owners that may wait.</summary>
    public int MaxWaiting { get; init; } = 16_384;
}
