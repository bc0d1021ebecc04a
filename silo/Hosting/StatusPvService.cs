using ModelManager.Connectors;
using ModelManager.Connectors.Epics;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;

namespace ModelManager.Silo.Hosting;

/// <summary>Serves the status PVs of this silo while it runs (<c>--status-prefix</c>).</summary>
internal sealed class StatusPvService(SiloSettings settings, PlugIns plugIns, LocalDeployments local, IGrainFactory grains, TimeProvider clock) : IHostedService, IStatusSource
{
    private const int ShownDigest = 12;

    private readonly ProcessMeter _meter = new(clock);
    private StatusPvs? _pvs;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.StatusPrefix is not { Length: > 0 } prefix)
            return Task.CompletedTask;
        try
        {
            _pvs = plugIns.Connectors.OfType<ServedSimulatorFactory>().FirstOrDefault() is { } simulator
                ? simulator.ServeStatus(this, prefix)
                : StatusPvs.Serve(this, prefix, plugIns.Epics, plugIns.Connectors.OfType<PvaServerConnectorFactory>().First(), plugIns.Connectors.OfType<CaServerConnectorFactory>().First());
        }
        catch (ConnectorException problem)
        {
            throw new SiloStartException($"status PVs: {problem.Message}", problem);
        }
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_pvs is not null)
            await _pvs.DisposeAsync();
    }

    public async ValueTask<StatusSnapshot> Read(CancellationToken cancellation)
    {
        var names = local.Observe().Where(d => d.Value.IsUp).Select(d => d.Key).ToArray();
        var statuses = await Task.WhenAll(names.Select(name => grains.GetGrain<IDeploymentGrain>(name).Status())).WaitAsync(cancellation);
        return new([.. statuses.Select(Report)], _meter.Read());
    }

    public async Task Command(string deployment, StatusCommand command, CancellationToken cancellation)
    {
        using (new CallContext("EPICS", "CMD", Guid.NewGuid().ToString("N")).Use())
            await grains.GetGrain<IDeploymentGrain>(DeploymentNames.Key(deployment)).SetDesired(command == StatusCommand.Pause ? DesiredRun.Paused : DesiredRun.Running, cancellation);
    }

    private DeploymentReport Report(DeploymentStatus status) => new(
        DeploymentNames.Shown(status.Name), status.Condition.ToString(), status.Condition == DeploymentCondition.Failed, status.RatePerSecond, status.LatencyP50, status.LatencyP99,
        status.Merged + status.Dropped, status.Model, Version(status), status.Epoch, status.LastError);

    private string Version(DeploymentStatus status) =>
        local.Find(status.Name)?.Spec.Model?.Version is { Length: > 0 } version ? version : status.ModelDigest[..Math.Min(ShownDigest, status.ModelDigest.Length)];
}
