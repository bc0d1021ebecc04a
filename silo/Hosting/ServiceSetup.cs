using ModelManager.Grains.Hosting;
using ModelManager.Grains.Storage;
using ModelManager.Models;

namespace ModelManager.Silo.Hosting;

/// <summary>The services of a silo on embedded defaults.</summary>
internal static class ServiceSetup
{
    public static void AddModelManager(this ISiloBuilder silo, SiloSettings settings, PlugIns plugIns)
    {
        silo.Services.AddSingleton(plugIns);
        silo.Services.AddSingleton(plugIns.Epics);
        silo.Services.AddHostedService<EpicsOutsidePuts>();
        silo.Services.AddSingleton(settings);
        silo.Services.AddSingleton(new ModelRoots(settings.ModelRoots));
        silo.Services.AddSingleton(new FileRoots(settings.FileRoots));
        var modelHost = settings.ModelThreads > 0 ? new ModelHostOptions { Threads = settings.ModelThreads } : new ModelHostOptions();
        silo.Services.AddHostedService<StatusPvService>();
        silo.AddModelManagerGrains(OpenStore(settings), new SiloParts(plugIns.Connectors, plugIns.Transformers, plugIns.Models, plugIns.Known, modelHost)
        {
            Registry = RegistrySetup.Options(settings),
            Checks = new(settings.ModelCheckPeriod),
            Watch = settings.Watch,
            Labels = settings.Labels,
        });
    }

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
