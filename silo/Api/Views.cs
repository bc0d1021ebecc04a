using ModelManager.Client;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
using ModelManager.Values;

namespace ModelManager.Silo.Api;

/// <summary>What grains say, in the words of the API.</summary>
public static class Views
{
    public static DeploymentSummary Summary(DeploymentStatus status) => new()
    {
        Name = DeploymentNames.Shown(status.Name),
        Condition = status.Condition.ToString(),
        Why = status.Why,
        Publish = status.Publish,
        Simulated = status.Simulated,
        Generation = status.Generation,
        Epoch = status.Epoch,
        Silo = status.Silo,
        Model = status.Model,
        ModelDigest = status.ModelDigest,
        Runtime = status.Runtime,
        Rate = Math.Round(status.RatePerSecond, 2),
        LatencyP50 = status.LatencyP50,
        LatencyP99 = status.LatencyP99,
        Ticks = status.Ticks,
        Merged = status.Merged,
        Dropped = status.Dropped,
        Awaited = status.Awaited,
        LastError = status.LastError,
        Warnings = status.Warnings,
        Since = status.Since,
        Completed = status.Completed,
        ModelVersion = status.ModelVersion,
        Stale = status.Stale,
    };

    public static DeploymentDetail Detail(DeploymentStatus status, DeploymentDefinition definition) => new(Summary(status))
    {
        Spec = definition.Source.Text,
        FileName = definition.Source.FileName,
        Generations = [.. definition.Generations.Select(g => new DeploymentGeneration(g.Number, g.Sha256, g.When, g.Who, g.Model?.ToString()))],
        Shadow = status.Shadow is { } shadow ? ShadowView.Of(shadow) : null,
    };

    public static DeploymentPlan Plan(PlannedDeployment plan) => new()
    {
        Name = DeploymentNames.Shown(plan.Key),
        IsNew = plan.IsNew,
        Changes = plan.Changes,
        Model = plan.Model,
        ModelBefore = plan.ModelBefore,
        ModelDigest = plan.ModelDigest,
        ModelDigestBefore = plan.ModelDigestBefore,
        Pvs = plan.Pvs,
        Clashes = plan.Clashes,
        Problems = plan.Problems,
    };

    public static DeploymentReadings Readings(DeploymentValues values) => new(
        Readings(values.Inputs), Readings(values.ModelOutputs), Readings(values.Outputs), values.Published, values.At);

    internal static PvReading[] Readings(PvBatch batch) => [.. batch.Sets.SelectMany(set => set.Updates).Select(update => PvJson.Reading(update))];
}
