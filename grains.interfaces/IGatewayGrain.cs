using System.Collections.Immutable;
using ModelManager.Values;
using Orleans.Concurrency;

namespace ModelManager.Grains;

/// <summary>The face of a silo-local connector in the cluster, for silos that cannot reach its network and for stream delivery. Key: <c>source@silo</c>.</summary>
/// <remarks>It lives on the silo its key names: an activation elsewhere refuses every call and deactivates.</remarks>
[Alias("mm.IGatewayGrain"), Version(1)]
public interface IGatewayGrain : IGrainWithStringKey
{
    [Alias("Read")]
    Task<PvBatch> Read(ImmutableArray<string> pvs, CancellationToken cancellation);

    /// <summary>Sends what these PVs bring to the deployment's stream until <see cref="Unsubscribe"/>; a second call for the same deployment and module replaces the first.</summary>
    [Alias("Subscribe")]
    Task Subscribe(string deployment, string module, ImmutableArray<string> pvs);

    [Alias("Unsubscribe")]
    Task Unsubscribe(string deployment, string module);

    [Alias("Subscriptions"), AlwaysInterleave]
    Task<ImmutableArray<GatewaySubscription>> Subscriptions();
}

[GenerateSerializer, Immutable, Alias("mm.GatewaySubscription")]
public sealed record GatewaySubscription([property: Id(0)] string Deployment, [property: Id(1)] string Module, [property: Id(2)] int Pvs, [property: Id(3)] long BatchesSent);
