using ModelManager.Configuration;
using ModelManager.Connectors;
using ModelManager.Connectors.Files;
using ModelManager.Connectors.Memory;
using ModelManager.Connectors.PlugIns;
using ModelManager.Connectors.Simulation;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;

namespace ModelManager.Silo.Hosting;

/// <summary>The connectors, transformers and model runtimes of this process: the built-in ones, then those of a plug-in folder. Made once.</summary>
internal sealed record PlugIns
{
    private PlugIns(PlugInFolder? folder, IProgress<FileProgress>? progress)
    {
        Connectors =
        [
            new SimulatorConnectorFactory(TimeProvider.System),
            new MemoryConnectorFactory(TimeProvider.System),
            new FileConnectorFactory(TimeProvider.System, progress),
            .. folder?.FindAll<IConnectorFactory>() ?? [],
        ];
        Transformers = folder?.FindAll<ITransformerFactory>() ?? [];
        Models =
        [
            new LumeModelLoader(),
            .. folder?.FindAll<IModelLoader>() ?? [],
        ];
        Known = KnownModules.BuiltIn.With(
            Connectors.Where(factory => KnownModules.BuiltIn.Interface(factory.Type) is null).Select(factory => new KnownInterface(factory.Type, []) { OpenSettings = true }),
            Transformers.Select(factory => factory.Type),
            Models.Select(loader => loader.Runtime));
    }

    public IReadOnlyList<IConnectorFactory> Connectors { get; }
    public IReadOnlyList<ITransformerFactory> Transformers { get; }
    public IReadOnlyList<IModelLoader> Models { get; init; }
    public KnownModules Known { get; }

    /// <exception cref="SiloStartException">There is no such folder.</exception>
    /// <param name="folder">Null = the built-in ones only. A plug-in that cannot be loaded is told on <paramref name="errors"/> and left out.</param>
    public static PlugIns Load(string? folder, TextWriter errors, IProgress<FileProgress>? progress = null)
    {
        if (folder is not null && !Directory.Exists(folder))
            throw new SiloStartException($"there is no plug-in folder '{folder}' (--plugins)");
        var opened = folder is null ? null : PlugInFolder.Load(folder);
        var parts = new PlugIns(opened, progress);
        foreach (var error in opened?.Errors ?? [])
            errors.WriteLine($"plug-in {error}");
        return parts;
    }
}
