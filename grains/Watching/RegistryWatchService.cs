using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ModelManager.Grains.Deployments;
using ModelManager.Registry;

namespace ModelManager.Grains.Watching;

/// <summary>Keeps the watcher of this silo's registry awake, from every silo that watches: after the loss of one it comes back on another.</summary>
public sealed partial class RegistryWatchService(IGrainFactory grains, SiloRegistry registry, RegistryWatch settings, TimeProvider time, ILogger<RegistryWatchService> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var told = "";
        do
        {
            try
            {
                var server = (await registry.Open(stoppingToken)).Registry.ServerId;
                using (CallContext.System("registry-watcher").Use())
                    await grains.GetGrain<IRegistryWatcherGrain>(server).Watch(settings, stoppingToken);
                told = "";
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (told != error.Message)
                    Log.NotWatching(logger, error.Message, error is RegistryException or DeploymentException ? null : error);
                told = error.Message;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3211, Level = LogLevel.Warning, Message = "The registry is not watched yet: {Why}")]
        public static partial void NotWatching(ILogger logger, string why, Exception? error);
    }
}
