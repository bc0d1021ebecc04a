using System.Collections.Immutable;

namespace ModelManager.Coordination;

/// <summary>What the catalog wants of a deployment.</summary>
public enum DesiredState { Running, Paused, Stopped }

/// <param name="IsUp">Its engine exists on this silo (running or paused).</param>
/// <param name="NotBefore">A failed one is not tried again before this time.</param>
public readonly record struct ObservedDeployment(bool IsUp, bool IsPaused, DateTimeOffset NotBefore);

public enum SweepAction { Start, Stop, Pause, Resume }

/// <summary>Compares what is wanted with what is, and says what to do: pure, so that every silo and every test reaches the same answer.</summary>
public static class SupervisionSweep
{
    public static ImmutableArray<(string Deployment, SweepAction Action)> Plan(
        IReadOnlyDictionary<string, DesiredState> desired, IReadOnlyDictionary<string, ObservedDeployment> observed, DateTimeOffset now)
    {
        var actions = ImmutableArray.CreateBuilder<(string, SweepAction)>();
        foreach (var (name, want) in desired.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            observed.TryGetValue(name, out var seen);
            if (ActionFor(want, seen, now) is { } action)
                actions.Add((name, action));
        }
        foreach (var name in observed.Keys.Where(name => observed[name].IsUp && !desired.ContainsKey(name)).Order(StringComparer.Ordinal))
            actions.Add((name, SweepAction.Stop));
        return actions.ToImmutable();
    }

    private static SweepAction? ActionFor(DesiredState want, ObservedDeployment seen, DateTimeOffset now) => (want, seen.IsUp, seen.IsPaused) switch
    {
        (DesiredState.Stopped, true, _) => SweepAction.Stop,
        (DesiredState.Running or DesiredState.Paused, false, _) => now >= seen.NotBefore ? SweepAction.Start : null,
        (DesiredState.Running, true, true) => SweepAction.Resume,
        (DesiredState.Paused, true, false) => SweepAction.Pause,
        _ => null,
    };
}
