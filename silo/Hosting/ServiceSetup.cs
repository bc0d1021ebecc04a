using ModelManager.Grains.Audit;
using ModelManager.Grains.Deployments;
using ModelManager.Grains.Storage;
using ModelManager.Grains.Supervision;
using ModelManager.Models;
using ModelManager.Pipeline;

namespace ModelManager.Silo.Hosting;

/// <summary>The services of a silo.</summary>
internal static class ServiceSetup
{
    public static IServiceCollection AddModelManager(this IServiceCollection services, SiloSettings settings)
    {
        var plugIns = new PlugIns(settings.PlugInFolder);
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new ModelRoots(settings.ModelRoots));

        services.AddSingleton(OpenStore(settings));
        services.AddSingleton<StateSerializer>();
        services.AddSingleton<SqliteGrainStorage>();
        services.AddSingleton<IAuditLog, SqliteAuditLog>();

        services.AddSingleton(provider => new ConnectorPool(plugIns.Connectors));
        services.AddSingleton(new TransformerRegistry(plugIns.Transformers));
        services.AddSingleton(provider => new ModelHost(
            settings.ModelThreads > 0 ? new ModelHostOptions { Threads = settings.ModelThreads } : new ModelHostOptions(), plugIns.Models, provider.GetRequiredService<TimeProvider>()));
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

        services.AddSingleton<ISpecSourceReader>(new SpecSourceReader(plugIns.Known));
        services.AddSingleton<IModelResolver, LocalModelResolver>();
        services.AddSingleton<DeploymentLauncher>();
        services.AddSingleton<LocalDeployments>();
        services.AddHostedService<SupervisionService>();
        return services;
    }

    /// <summary>The runtimes this process can load models with.</summary>
    public static IReadOnlyList<IModelLoader> Loaders(SiloSettings settings) => new PlugIns(settings.PlugInFolder).Models;

    private static SqliteStore OpenStore(SiloSettings settings)
    {
        try
        {
            return new SqliteStore(settings.DataFolder is null ? null : Path.Combine(settings.DataFolder, "model_manager.db"));
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new SiloStartException(error.Message, error);
        }
    }
}
