using ModelManager.Connectors;
using ModelManager.Connectors.Epics;
using ModelManager.Grains;
using ModelManager.Grains.Deployments;
using ModelManager.Values;

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
        // Those that failed and wait for their next try too: they are the ones somebody looks for.
        var names = local.Observe().Keys.ToArray();
        var statuses = await Task.WhenAll(names.Select(name => grains.GetGrain<IDeploymentGrain>(name).Status())).WaitAsync(cancellation);
        return new([.. statuses.Select(Report)], _meter.Read());
    }

    public async Task Command(string deployment, StatusCommand command, OutsideCaller caller, CancellationToken cancellation)
    {
        var grain = grains.GetGrain<IDeploymentGrain>(DeploymentNames.Key(deployment));
        using (new CallContext($"{caller.User}@{caller.Host}", caller.Protocol, Guid.NewGuid().ToString("N")).Use())
        {
            if (command == StatusCommand.Rollback)
                await grain.Rollback(cancellation);
            else
                await grain.SetDesired(command == StatusCommand.Pause ? DesiredRun.Paused : DesiredRun.Running, cancellation);
        }
        var status = await grain.Settled(cancellation);
        // Degraded after a rollback: the generation gone back to did not start. After a pause it says nothing of the pause.
        if (status.Condition is DeploymentCondition.Failed or DeploymentCondition.Unschedulable || (status.Condition == DeploymentCondition.Degraded && command == StatusCommand.Rollback))
            throw new DeploymentException(DeploymentFault.Refused, status.Why);
    }

    private DeploymentReport Report(DeploymentStatus status) => new(
        DeploymentNames.Shown(status.Name), status.Condition.ToString(), Severity(status.Condition), status.Why, status.RatePerSecond, status.LatencyP50, status.LatencyP99,
        status.Merged + status.Dropped, status.Model, Version(status), status.Epoch, status.LastError);

    private static AlarmSeverity Severity(DeploymentCondition condition) => condition switch
    {
        DeploymentCondition.Failed => AlarmSeverity.Major,
        DeploymentCondition.Degraded or DeploymentCondition.Unschedulable or DeploymentCondition.Suspended => AlarmSeverity.Minor,
        _ => AlarmSeverity.NoAlarm,
    };

    // A registered model by the number its version was resolved to, a local one by its digest.
    private static string Version(DeploymentStatus status) => status.ModelVersion.Length > 0
        ? status.ModelVersion[(status.ModelVersion.LastIndexOf('/') + 1)..]
        : status.ModelDigest[..Math.Min(ShownDigest, status.ModelDigest.Length)];
}
