using System.Collections.Immutable;

namespace ModelManager.Registry;

/// <summary>What the watcher remembers between polls. Plain data, to be stored.</summary>
public sealed record WatcherState(ImmutableSortedDictionary<string, ModelWatch> Models)
{
    public static readonly WatcherState Empty = new(ImmutableSortedDictionary<string, ModelWatch>.Empty.WithComparers(StringComparer.Ordinal));
}

/// <summary>One model under watch.</summary>
public sealed record ModelWatch(string Name)
{
    /// <summary>The version that runs, or null.</summary>
    public string? Running { get; init; }

    /// <summary>The silo it runs on, where that was told.</summary>
    public string? Silo { get; init; }

    /// <summary>Whether it publishes.</summary>
    public bool Publishing { get; init; }

    /// <summary>What is being done and not reported yet.</summary>
    public WatcherAction? InFlight { get; init; }

    /// <summary>The version that failed last, how often in a row, and when it may be tried again.</summary>
    public string? FailedVersion { get; init; }
    public int Failures { get; init; }
    public DateTimeOffset NextTry { get; init; }

    /// <summary>When the tags made us change something; inside the window only.</summary>
    public ImmutableArray<DateTimeOffset> Changes { get; init; } = [];

    /// <summary>Polls in a row that did not show the model.</summary>
    public int Absent { get; init; }

    /// <summary>What the status tags say, as far as we wrote them.</summary>
    public string? Status { get; init; }
    public string? Error { get; init; }
}

/// <summary>What shall happen to a deployment.</summary>
public abstract record WatcherAction(string Name)
{
    /// <summary>Start this version, or put it in place of the running one (fetched, verified and warmed beside it first).</summary>
    /// <param name="Replaces">The version that runs until then, or null.</param>
    public sealed record Deploy(string Name, string Version, bool Publish, string? Replaces) : WatcherAction(Name);

    public sealed record SetPublish(string Name, bool Publish) : WatcherAction(Name);

    public sealed record Stop(string Name, string Reason) : WatcherAction(Name);
}

/// <summary>A tag to write back.</summary>
/// <param name="Value">Null = delete.</param>
public sealed record TagWrite(string Model, string Key, string? Value);

/// <summary>What follows from a poll or a report.</summary>
public sealed record WatcherDecision(WatcherState State, ImmutableArray<WatcherAction> Actions, ImmutableArray<TagWrite> Writes);

/// <summary>How an action ended.</summary>
/// <param name="Error">Null = well.</param>
/// <param name="Silo">Where the deployment runs now, for <c>deployment_pod_name</c>; null = unknown, or nowhere.</param>
public sealed record ActionOutcome(WatcherAction Action, string? Error, string? Silo = null);
