using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelManager.Coordination;
using ModelManager.Grains.Deployments;

namespace ModelManager.Grains.Supervision;

/// <summary>Every few seconds, and at start-up, brings what is up on this silo in line with the catalog: after a restart, whatever should run comes back by itself.</summary>
public sealed partial class SupervisionService(IGrainFactory grains, LocalDeployments local, TimeProvider time, ILogger<SupervisionService> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);
    private const int AtOnce = 32;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await Sweep(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;         // what is swept is being stopped under the sweep
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                Log.SweepFailed(logger, error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task Sweep(CancellationToken cancellation)
    {
        var entries = await grains.GetGrain<ICatalogGrain>(ICatalogGrain.Key).List();
        var desired = entries.ToImmutableDictionary(entry => entry.Deployment, entry => (DesiredState)entry.Desired);
        var plan = SupervisionSweep.Plan(desired, local.Observe(), time.GetUtcNow());
        await Parallel.ForEachAsync(plan, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (step, ct) =>
        {
            var want = desired.TryGetValue(step.Deployment, out var state) ? (DesiredRun)state : DesiredRun.Stopped;
            using (CallContext.System("sweep").Use())
                await grains.GetGrain<IDeploymentGrain>(step.Deployment).Reconcile(want, ct);
        });
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "The supervision sweep failed and will be tried again")]
        public static partial void SweepFailed(ILogger logger, Exception error);
    }
}
