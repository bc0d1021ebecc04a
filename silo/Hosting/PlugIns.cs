using ModelManager.Configuration;
using ModelManager.Connectors;
using ModelManager.Connectors.Epics;
using ModelManager.Connectors.Files;
using ModelManager.Connectors.Memory;
using ModelManager.Connectors.PlugIns;
using ModelManager.Connectors.Simulation;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;

namespace ModelManager.Silo.Hosting;

/// <summary>The connectors, transformers and model runtimes of this process: the built-in ones, then those of a plug-in folder. Made once.</summary>
internal sealed class PlugIns
{
    private PlugIns(PlugInFolder? folder, IProgress<FileProgress>? progress, EpicsServices epics, IConnectorFactory? simulator)
    {
        Epics = epics;
        Connectors =
        [
            simulator ?? new SimulatorConnectorFactory(TimeProvider.System),
            new MemoryConnectorFactory(TimeProvider.System),
            new FileConnectorFactory(TimeProvider.System, progress),
            new PvaConnectorFactory(epics),
            new PvaServerConnectorFactory(epics),
            new CaConnectorFactory(epics),
            new CaServerConnectorFactory(epics),
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

    /// <summary>What the EPICS connectors share.</summary>
    public EpicsServices Epics { get; }
    public IReadOnlyList<IConnectorFactory> Connectors { get; }
    public IReadOnlyList<ITransformerFactory> Transformers { get; }
    public IReadOnlyList<IModelLoader> Models { get; }
    public KnownModules Known { get; }

    /// <param name="folder">Null = the built-in ones only. A plug-in that cannot be loaded is told on <paramref name="errors"/> and left out.</param>
    /// <param name="epics">Null = by the EPICS_* variables of the process.</param>
    /// <param name="simulator">In place of the simulator that stays inside the process.</param>
    public static PlugIns Load(string? folder, TextWriter errors, IProgress<FileProgress>? progress = null, EpicsServices? epics = null, IConnectorFactory? simulator = null)
    {
        var opened = folder is null ? null : PlugInFolder.Load(folder);
        var parts = new PlugIns(opened, progress, epics ?? new(), simulator);
        foreach (var error in opened?.Errors ?? [])
            errors.WriteLine($"plug-in {error}");
        return parts;
    }
}
