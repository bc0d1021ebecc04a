using System.Collections.Immutable;
using Orleans.Concurrency;

namespace ModelManager.Grains;

/// <summary>What the cluster should run: deployments with their desired state, labels and claims of PVs. Key: <see cref="Key"/>.</summary>
[Alias("mm.ICatalogGrain"), Version(1)]
public interface ICatalogGrain : IGrainWithStringKey
{
    const string Key = "cluster";

    /// <summary>Adds or replaces an entry and claims its whole set of PVs, or nothing, in one write.</summary>
    /// <returns>The PVs that others hold; empty when the entry stands.</returns>
    [Alias("Put"), ControlCall]
    Task<ImmutableArray<HeldPv>> Put(CatalogEntry entry, CancellationToken cancellation);

    [Alias("SetDesired"), ControlCall]
    Task SetDesired(string deployment, DesiredRun desired, CancellationToken cancellation);

    [Alias("Remove"), ControlCall]
    Task Remove(string deployment, CancellationToken cancellation);

    [Alias("List"), AlwaysInterleave]
    Task<ImmutableArray<CatalogEntry>> List();

    [Alias("Find"), AlwaysInterleave]
    Task<CatalogEntry?> Find(string deployment);

    /// <summary>Null when no deployment holds the PV.</summary>
    [Alias("HolderOf"), AlwaysInterleave]
    Task<string?> HolderOf(string pv);

    /// <summary>Answers once the store behind the catalog has answered.</summary>
    [Alias("Probe"), AlwaysInterleave]
    Task Probe();
}

/// <param name="Claims">What is really hosted or written; empty with publish off, simulated, or a shadow.</param>
/// <param name="ShadowOf">The deployment whose outputs it is compared with; null = it is no shadow.</param>
[GenerateSerializer, Immutable, Alias("mm.CatalogEntry")]
public sealed record CatalogEntry(
    [property: Id(0)] string Deployment,
    [property: Id(1)] DesiredRun Desired,
    [property: Id(2)] bool Publish,
    [property: Id(3)] int Generation,
    [property: Id(4)] ImmutableArray<string> RequiredLabels,
    [property: Id(5)] ImmutableArray<string> PreferredLabels,
    [property: Id(6)] ImmutableArray<string> Claims,
    [property: Id(7)] string? ShadowOf = null);

[GenerateSerializer, Immutable, Alias("mm.HeldPv")]
public sealed record HeldPv([property: Id(0)] string Pv, [property: Id(1)] string Holder);
