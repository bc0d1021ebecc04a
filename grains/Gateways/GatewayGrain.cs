using System.Collections.Immutable;
using ModelManager.Connectors;
using ModelManager.Grains.Deployments;
using ModelManager.Pipeline;
using ModelManager.Values;
using Orleans.Streams;

namespace ModelManager.Grains.Gateways;

/// <inheritdoc cref="IGatewayGrain"/>
public sealed class GatewayGrain(ConnectorPool connectors, ILocalSiloDetails silo) : Grain, IGatewayGrain
{
    private readonly Dictionary<(string Deployment, string Module), StreamedSubscription> _subscriptions = [];

    private string Source => this.GetPrimaryKeyString()[..this.GetPrimaryKeyString().LastIndexOf('@')];

    /// <summary>The key of the gateway of a source on a silo.</summary>
    public static string KeyOf(string source, string siloName) => $"{source}@{siloName}";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var wanted = key[(key.LastIndexOf('@') + 1)..];
        if (wanted != silo.Name)
        {
            DeactivateOnIdle();
            throw new DeploymentException(DeploymentFault.NotRunning, $"the gateway {key} belongs on silo {wanted}, this is {silo.Name}");
        }
        return Task.CompletedTask;
    }

    public async Task<PvBatch> Read(ImmutableArray<string> pvs, CancellationToken cancellation) =>
        new(Source, [new UpdateSet(0, [.. await OpenSource().Get(pvs, cancellation)])]);

    public async Task Subscribe(string deployment, string module, ImmutableArray<string> pvs)
    {
        await Unsubscribe(deployment, module);
        var stream = this.GetStreamProvider(StreamNames.Provider).GetStream<PvBatch>(StreamNames.Input, StreamDelivery.Key(deployment, module));
        var subscription = new StreamedSubscription(stream);
        subscription.Open(OpenSource(), pvs);
        _subscriptions[(deployment, module)] = subscription;
        // Streams outlive single calls: the gateway stays as long as somebody listens.
        DelayDeactivation(TimeSpan.FromDays(3650));
    }

    public async Task Unsubscribe(string deployment, string module)
    {
        if (_subscriptions.Remove((deployment, module), out var subscription))
            await subscription.DisposeAsync();
        if (_subscriptions.Count == 0)
            DelayDeactivation(TimeSpan.Zero);
    }

    public Task<ImmutableArray<GatewaySubscription>> Subscriptions() =>
        Task.FromResult(_subscriptions.Select(s => new GatewaySubscription(s.Key.Deployment, s.Key.Module, s.Value.Pvs, s.Value.Sent)).ToImmutableArray());

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        foreach (var subscription in _subscriptions.Values)
            await subscription.DisposeAsync();
        _subscriptions.Clear();
    }

    private IPvSource OpenSource() =>
        connectors.Find(Source)?.Source
        ?? throw new DeploymentException(DeploymentFault.NotRunning, $"no deployment on silo {silo.Name} has the source '{Source.ReplaceLineEndings(" ")}' open");
}
