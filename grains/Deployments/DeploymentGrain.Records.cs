using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Grains.Deployments;

/// <summary>Readers of the tick records: the API, and the comparison of a shadow with its original.</summary>
public sealed partial class DeploymentGrain
{
    private ShadowFeed? _shadow;

    public Task<ImmutableArray<TickReport>> Ticks(int last) =>
        Task.FromResult<ImmutableArray<TickReport>>([.. (_runner?.Records(last) ?? []).Select(record => TickReports.Of(record, time.TimestampFrequency))]);

    // A swap keeps the comparison: it sees another generation by itself.
    private void Compare(DeploymentSpec spec)
    {
        if (_shadow?.Original == spec.ShadowOf)
            return;
        StopComparing();
        if (spec.ShadowOf is { } original)
            _shadow = new ShadowFeed(local, original, _runner!);
    }

    private void StopComparing()
    {
        _shadow?.Dispose();
        _shadow = null;
    }

    private async Task RequireMayShadow(DeploymentSpec spec)
    {
        if (spec.ShadowOf is not null && ShadowRules.Refuses(Key, spec, await GrainFactory.GetGrain<ICatalogGrain>(ICatalogGrain.Key).List()) is { } why)
            throw new DeploymentException(DeploymentFault.InvalidSpec, why);
    }
}
