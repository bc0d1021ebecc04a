using ModelManager.Grains;
using ModelManager.Grains.Calls;
using ModelManager.Grains.Storage;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Storage;

namespace ModelManager.Silo.Hosting;

/// <summary>Orleans of one silo on embedded defaults: localhost clustering, our own store, memory streams tuned for PV traffic.</summary>
internal static class OrleansSetup
{
    public static void Configure(ISiloBuilder silo, SiloSettings settings)
    {
        silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, serviceId: "model-manager", clusterId: "local");
        silo.Services.AddGrainStorage(SqliteGrainStorage.Name, static (services, _) => services.GetRequiredService<SqliteGrainStorage>());
        silo.AddIncomingGrainCallFilter<ControlCallFilter>();
        silo.AddDashboard();

        // Subscriptions of memory streams live as long as the streams do.
        silo.AddMemoryGrainStorage("PubSubStore");
        silo.AddMemoryStreams(StreamNames.Provider, streams =>
        {
            // The defaults (poll every 100 ms, keep for up to 30 minutes) are wrong for PV traffic: docs/benchmarks.md has the figures.
            streams.ConfigurePullingAgent(agent => agent.Configure(options =>
            {
                options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(1);
                options.BatchContainerBatchSize = 100;
            }));
            streams.ConfigureCacheEviction(cache => cache.Configure(options =>
            {
                options.DataMinTimeInCache = TimeSpan.FromSeconds(5);
                options.DataMaxAgeInCache = TimeSpan.FromSeconds(10);
            }));
        });
        silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(15));
    }

    private static void AddGrainStorage(this IServiceCollection services, string name, Func<IServiceProvider, object, IGrainStorage> create) =>
        services.AddKeyedSingleton<IGrainStorage>(name, (provider, key) => create(provider, key!));
}
