using ModelManager.Configuration.Spec;
using ModelManager.Grains.Gateways;
using ModelManager.Pipeline;
using ModelManager.Values;
using Orleans.Streams;

namespace ModelManager.Grains.Deployments;

/// <summary><c>delivery: stream</c>: a deployment's inputs come from Orleans streams that the gateways of its sources write.</summary>
internal sealed class StreamDelivery(IGrainFactory grains, IStreamProvider streams, string siloName) : IAsyncDisposable
{
    private readonly List<(IGatewayGrain Gateway, string Deployment, string Module, StreamSubscriptionHandle<PvBatch> Handle)> _open = [];

    public static string Key(string deployment, string module) => $"{deployment}|{module}";

    /// <summary>Listens before the gateway begins to send, so that the first values are not missed.</summary>
    public async Task Open(string deployment, DeploymentSpec spec, DeploymentRunner runner, ConnectorPool connectors)
    {
        foreach (var module in spec.Interfaces.Where(module => module.IsSource))
        {
            var key = module.Key;
            var handle = await streams.GetStream<PvBatch>(StreamNames.Input, Key(deployment, key)).SubscribeAsync((batch, _) =>
            {
                runner.Deliver(key, batch);
                return Task.CompletedTask;
            });
            var gateway = grains.GetGrain<IGatewayGrain>(GatewayGrain.KeyOf(connectors.KeyOf(module), siloName));
            _open.Add((gateway, deployment, key, handle));
            await gateway.Subscribe(deployment, key, [.. module.Variables.Where(v => v.Mode != PvMode.Out).Select(v => v.PvName)]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (gateway, deployment, module, handle) in _open)
        {
            await gateway.Unsubscribe(deployment, module);
            await handle.UnsubscribeAsync();
        }
        _open.Clear();
    }
}
