using System.Collections.Immutable;
using ModelManager.Configuration;
using ModelManager.Configuration.Spec;
using ModelManager.Models;

namespace ModelManager.Grains.Deployments;

/// <summary>Says what a request would change, without changing anything. The model is fetched, loaded and tried here, so that what would fail is told now.</summary>
public sealed class DeploymentPlanner(DeploymentLauncher launcher, IGrainFactory grains)
{
    /// <param name="request">An empty text without a model asks what deploying again would do: whatever an alias stands for now.</param>
    /// <exception cref="DeploymentException">The configuration has errors, or there is nothing to deploy again.</exception>
    public async Task<PlannedDeployment> Plan(string key, DeployRequest request, CancellationToken cancellation)
    {
        var catalog = grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key);
        var entry = await catalog.Find(key);
        var grain = grains.GetGrain<IDeploymentGrain>(key);
        var (present, status) = entry is null ? (null, null) : (await grain.Definition(), await grain.Status());
        if (string.IsNullOrWhiteSpace(request.Source.Text))
            request = await Again(key, request, present, cancellation);

        var spec = launcher.Read(key, request.Source, request.Strict);
        var before = present is null ? [] : SpecDescription.Lines(launcher.Read(key, present.Source, strict: false));
        var after = SpecDescription.Lines(spec);
        var (info, version, problems) = await Model(key, spec, request.Model, cancellation);
        var pvs = DeploymentLauncher.Claimed(spec, request.Publish ?? entry?.Publish ?? spec.Publish, request.Simulate).ToImmutableArray();
        var clashes = ImmutableArray.CreateBuilder<string>();
        foreach (var pv in pvs)
            if (await catalog.HolderOf(pv) is { } holder && holder != key)
                clashes.Add($"{pv} belongs to {DeploymentNames.Shown(holder)}");
        return new(
            key, entry is null,
            [.. before.Except(after).Select(line => "- " + line), .. after.Except(before).Select(line => "+ " + line)],
            version.Length > 0 ? version : info?.Name ?? "", status is null ? "" : status.ModelVersion.Length > 0 ? status.ModelVersion : status.Model,
            info?.Digest ?? "", status?.ModelDigest ?? "",
            pvs, clashes.ToImmutable(), ShadowRules.Refuses(key, spec, spec.ShadowOf is null ? [] : await catalog.List()) is { } why ? [why, .. problems] : problems);
    }

    private async Task<DeployRequest> Again(string key, DeployRequest request, DeploymentDefinition? present, CancellationToken cancellation)
    {
        if (present is null)
            throw new DeploymentException(DeploymentFault.NotFound, $"there is no deployment '{DeploymentNames.Shown(key)}' to plan again, and no configuration was given");
        var source = present is { SourceFromModel: true, Model: { } choice } ? await launcher.ConfigurationOf(choice, cancellation) : present.Source;
        return request with { Source = source, Model = present.Model, Simulate = present.Simulate };
    }

    private async Task<(ModelInfo? Info, string Version, ImmutableArray<string> Problems)> Model(string key, DeploymentSpec spec, ModelChoice? choice, CancellationToken cancellation)
    {
        try
        {
            return await launcher.Try(key, spec, choice, cancellation) is var (info, version) ? (info, version, []) : (null, "", []);
        }
        catch (Exception refused) when (refused is DeploymentException or ModelException)
        {
            return (null, "", [refused.Message]);
        }
        catch (InvalidSpecException misfit)
        {
            return (null, "", [.. misfit.Errors.Select(error => error.ToString())]);
        }
    }
}

/// <param name="Changes">Facts that go ("- ") and come ("+ ").</param>
/// <param name="Pvs">What it would host or write.</param>
/// <param name="Problems">Why it would not start.</param>
public sealed record PlannedDeployment(
    string Key, bool IsNew, ImmutableArray<string> Changes, string Model, string ModelBefore, string ModelDigest, string ModelDigestBefore,
    ImmutableArray<string> Pvs, ImmutableArray<string> Clashes, ImmutableArray<string> Problems);
