using ModelManager.Configuration;
using ModelManager.Connectors;
using ModelManager.Connectors.Epics;
using ModelManager.Connectors.Files;
using ModelManager.Connectors.Memory;
using ModelManager.Connectors.PlugIns;
using ModelManager.Connectors.Simulation;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Models.MlNet;
using ModelManager.Models.Onnx;
using ModelManager.Models.Python;
using ModelManager.Models.Torch;
using ModelManager.Pipeline;

namespace ModelManager.Silo.Hosting;

/// <summary>The connectors, transformers and model runtimes of this process: the built-in ones, then those of a plug-in folder. Made once.</summary>
internal sealed record PlugIns
{
    private PlugIns(SiloSettings settings, PlugInFolder? folder, IProgress<FileProgress>? progress, EpicsServices? epics, IConnectorFactory? simulator)
    {
        // env.json may carry EPICS_* variables too.
        Epics = epics ?? new EpicsServices { Environment = settings.Environment.Count > 0 ? settings.Environment : EpicsServices.OfProcess() };
        Epics.AccessSecurity = settings.AccessSecurity;
        Connectors =
        [
            simulator ?? new SimulatorConnectorFactory(TimeProvider.System),
            new MemoryConnectorFactory(TimeProvider.System),
            new FileConnectorFactory(TimeProvider.System, progress),
            new PvaConnectorFactory(Epics),
            new PvaServerConnectorFactory(Epics),
            new CaConnectorFactory(Epics),
            new CaServerConnectorFactory(Epics),
            .. folder?.FindAll<IConnectorFactory>() ?? [],
        ];
        Transformers = folder?.FindAll<ITransformerFactory>() ?? [];
        Models =
        [
            // In the order in which they are asked: docs/runtimes.md.
            new LumeModelLoader(),
            new TorchFileLoader(),
            new OnnxModelLoader(),
            new MlNetModelLoader(),
            .. folder?.FindAll<IModelLoader>() ?? [],
            new PythonModelLoader(settings.Python, TimeProvider.System),
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
    public IReadOnlyList<IModelLoader> Models { get; init; }
    public KnownModules Known { get; }

    /// <summary>The built-in parts, and those of <see cref="SiloSettings.PlugInFolder"/>. A plug-in that cannot be loaded is told on <paramref name="errors"/> and left out.</summary>
    /// <param name="epics">Null = by the EPICS_* variables of the settings, or of the process.</param>
    /// <param name="simulator">In place of the simulator that stays inside the process.</param>
    /// <exception cref="SiloStartException">There is no such folder.</exception>
    public static PlugIns Load(SiloSettings settings, TextWriter errors, IProgress<FileProgress>? progress = null, EpicsServices? epics = null, IConnectorFactory? simulator = null)
    {
        if (settings.PlugInFolder is { } wanted && !Directory.Exists(wanted))
            throw new SiloStartException($"there is no plug-in folder '{wanted}' (--plugins)");
        var folder = settings.PlugInFolder is null ? null : PlugInFolder.Load(settings.PlugInFolder);
        var parts = new PlugIns(settings, folder, progress, epics, simulator);
        foreach (var error in folder?.Errors ?? [])
            errors.WriteLine($"plug-in {error}");
        return parts;
    }
}
