using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ModelManager.Configuration;
using ModelManager.Connectors;
using ModelManager.Grains.Audit;
using ModelManager.Grains.Calls;
using ModelManager.Grains.Deployments;
using ModelManager.Grains.Storage;
using ModelManager.Grains.Supervision;
using ModelManager.Grains.Watching;
using ModelManager.Models;
using ModelManager.Pipeline;
using Orleans.Storage;

namespace ModelManager.Grains.Hosting;

/// <summary>What a silo offers to deployments: interfaces, transformers and model runtimes, built in or of plug-ins.</summary>
public sealed record SiloParts(
    IReadOnlyList<IConnectorFactory> Connectors, IReadOnlyList<ITransformerFactory> Transformers, IReadOnlyList<IModelLoader> Models, KnownModules Known, ModelHostOptions ModelHost)
{
    /// <summary>Where registered models come from; null = local models only.</summary>
    public SiloRegistryOptions? Registry { get; init; }

    public ModelChecks Checks { get; init; } = ModelChecks.Default;

    /// <summary>Deploy by the tags of the registry; null = off. Needs <see cref="Registry"/>.</summary>
    public RegistryWatch? Watch { get; init; }

    /// <summary>What this silo is or has (<c>gpu</c>, <c>hall-b</c>), for deployments that require it.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}

/// <summary>Everything the grains need on a silo, besides clustering.</summary>
public static class GrainServices
{
    /// <param name="store">Shared by what this silo keeps: grain state and the audit log.</param>
    public static ISiloBuilder AddModelManagerGrains(this ISiloBuilder silo, SqliteStore store, SiloParts parts)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(store);
        services.AddSingleton<StateSerializer>();
        services.AddSingleton<SqliteGrainStorage>();
        services.AddKeyedSingleton<IGrainStorage>(SqliteGrainStorage.Name, static (provider, _) => provider.GetRequiredService<SqliteGrainStorage>());
        services.AddSingleton<IAuditLog, SqliteAuditLog>();
        silo.AddIncomingGrainCallFilter<ControlCallFilter>();

        services.AddSingleton(_ => new ConnectorPool(parts.Connectors));
        services.AddSingleton(new TransformerRegistry(parts.Transformers));
        services.AddSingleton(provider => new ModelHost(parts.ModelHost, parts.Models, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPublishGate>(OpenGate.Instance);
        services.AddSingleton(provider => new Lazy<IClusterClient>(provider.GetRequiredService<IClusterClient>));
        services.AddSingleton<IExternalNodes, StreamNodes>();
        services.AddSingleton(provider => new RunnerServices(
            provider.GetRequiredService<ConnectorPool>(),
            provider.GetRequiredService<ModelHost>(),
            provider.GetRequiredService<TransformerRegistry>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<IPublishGate>(),
            provider.GetRequiredService<IExternalNodes>()));

        services.AddSingleton<ISpecSourceReader>(new SpecSourceReader(parts.Known));
        services.AddSingleton(parts.Checks);
        if (parts.Registry is { } registry)
        {
            services.AddSingleton(registry);
            services.AddSingleton<SiloRegistry>();
            services.TryAddSingleton<IModelResolver, RegistryModelResolver>();
        }
        services.TryAddSingleton<IModelResolver, LocalModelResolver>();
        if (parts is { Watch: { } watch, Registry: not null })
        {
            services.AddSingleton(watch);
            services.AddHostedService<RegistryWatchService>();
        }
        services.AddSingleton(new SiloAbilities([.. parts.Labels], [.. parts.Connectors.Select(factory => factory.Type)]));
        services.AddSingleton<DeploymentLauncher>();
        services.AddSingleton<DeploymentPlanner>();
        services.AddSingleton<LocalDeployments>();
        services.AddHostedService<SupervisionService>();
        return silo.AddPvStreams();
    }

    private static ISiloBuilder AddPvStreams(this ISiloBuilder silo)
    {
        // Subscriptions of memory streams live as long as the streams do.
        silo.AddMemoryGrainStorage("PubSubStore");
        return silo.AddMemoryStreams(StreamNames.Provider, streams =>
        {
            // A queue that is polled every millisecond makes 1.4 MB/s of garbage; a consumer's rate does not depend on their number.
            streams.ConfigurePartitioning(2);
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
    }
}
