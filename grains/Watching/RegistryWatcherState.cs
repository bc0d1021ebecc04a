using System.Collections.Immutable;
using ModelManager.Grains.Storage;
using ModelManager.Registry;

namespace ModelManager.Grains.Watching;

/// <summary>What the watcher knows of each model, so that a restart deploys nothing twice. What was in flight is left out: it is decided anew.</summary>
[StateSchema("registry-watcher", 1)]
public sealed class RegistryWatcherState
{
    public SortedDictionary<string, ModelWatch> Models { get; set; } = new(StringComparer.Ordinal);

    public static RegistryWatcherState Of(WatcherState state)
    {
        var kept = new RegistryWatcherState();
        foreach (var (name, watch) in state.Models)
            kept.Models[name] = watch with { InFlight = null };
        return kept;
    }

    public WatcherState ToWatcherState() => new(Models.ToImmutableSortedDictionary(StringComparer.Ordinal));
}
