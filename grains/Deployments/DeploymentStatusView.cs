using ModelManager.Models;
using ModelManager.Pipeline;

namespace ModelManager.Grains.Deployments;

/// <summary>How far the grain itself is: what no engine can tell.</summary>
/// <param name="Refused">Why the version an alias moved to is not taken; "" = it is.</param>
/// <param name="Stale">Why the model may be behind its registry; "" = it is not.</param>
internal readonly record struct LaunchView(bool Loading, bool Paused, string Failure, string Unschedulable, DateTimeOffset? Since, string Silo, string Refused, string Stale);

/// <summary>One condition out of what the grain, its engine and its model say.</summary>
internal static class DeploymentStatusView
{
    public static DeploymentStatus Of(string name, DeploymentState state, RunnerStatus? runner, ModelInfo? model, LaunchView launch, ShadowStatus? shadow)
    {
        var (condition, why) = Condition(state, runner, launch);
        // The registered name and version rather than the model's own name: deployments whose models have the same bytes share one model in memory, with the name it was loaded under.
        var version = (runner is null ? state.Pin : state.StartedPin) is { Version: var pinned } ? $"{pinned.Name}/{pinned.Version}" : "";
        return new DeploymentStatus
        {
            Name = name,
            Condition = condition,
            Why = why,
            Publish = state.Publish,
            Simulated = state.Simulate,
            Generation = runner?.Generation ?? state.Number,
            Epoch = state.Epoch,
            Silo = launch.Silo,
            Model = version.Length > 0 ? version : model?.Name ?? state.Model?.ToString() ?? "",
            ModelDigest = model?.Digest ?? "",
            Runtime = model?.Runtime ?? "",
            Awaited = runner?.AwaitedInputs ?? [],
            LastError = runner?.LastError ?? launch.Failure,
            RatePerSecond = runner?.TicksPerSecond ?? 0,
            LatencyP50 = Milliseconds(runner?.LatencyP50Microseconds),
            LatencyP99 = Milliseconds(runner?.LatencyP99Microseconds),
            Ticks = runner?.Ticks ?? 0,
            Merged = runner?.Merged ?? 0,
            Dropped = runner?.Dropped ?? 0,
            Since = launch.Since,
            Warnings = launch.Stale.Length == 0 ? runner?.Warnings ?? [] : [$"the model may be behind its registry: {launch.Stale}", .. runner?.Warnings ?? []],
            Completed = runner?.SourcesEnded ?? false,
            ModelVersion = version,
            Stale = launch.Stale,
            Shadow = shadow,
        };
    }

    private static (DeploymentCondition, string Why) Condition(DeploymentState state, RunnerStatus? runner, LaunchView launch)
    {
        if (runner is null)
            return launch switch
            {
                { Loading: true } => (DeploymentCondition.Loading, "the model is being loaded"),
                { Unschedulable.Length: > 0 } => (DeploymentCondition.Unschedulable, launch.Unschedulable),
                { Failure.Length: > 0 } => (DeploymentCondition.Failed, launch.Failure),
                _ => (DeploymentCondition.Stopped, ""),
            };
        if (runner.Failure is { } failure)
            return (DeploymentCondition.Failed, failure);
        if (launch.Failure.Length > 0)
            return (DeploymentCondition.Degraded, $"generation {state.Number} did not start, generation {runner.Generation} goes on: {launch.Failure}");
        if (launch.Refused.Length > 0)
            return (DeploymentCondition.Degraded, launch.Refused);
        return launch.Paused ? (DeploymentCondition.Paused, "paused on request") : (DeploymentCondition.Running, "");
    }

    private static double? Milliseconds(double? microseconds) => microseconds is { } us && !double.IsNaN(us) ? Math.Round(us / 1000, 4) : null;
}
