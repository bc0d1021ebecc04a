using ModelManager.Configuration;
using ModelManager.Connectors;
using ModelManager.Connectors.Epics;
using ModelManager.Connectors.Memory;
using ModelManager.Connectors.Simulation;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;

namespace ModelManager.Silo.Hosting;

/// <summary>The connectors, transformers and model runtimes of this process: the built-in ones and those of a plug-in folder.</summary>
internal sealed class PlugIns
{
    /// <param name="simulator">In place of the simulator that stays inside the process.</param>
    public PlugIns(string? folder, EpicsServices? epics = null, IConnectorFactory? simulator = null)
    {
        epics ??= new();
        Connectors =
        [
            simulator ?? new SimulatorConnectorFactory(TimeProvider.System), new MemoryConnectorFactory(TimeProvider.System),
            new PvaConnectorFactory(epics), new PvaServerConnectorFactory(epics), new CaConnectorFactory(epics), new CaServerConnectorFactory(epics),
        ];
        Transformers = [];
        Models = [new LumeModelLoader()];
        Known = KnownModules.BuiltIn;
    }

    public IReadOnlyList<IConnectorFactory> Connectors { get; }
    public IReadOnlyList<ITransformerFactory> Transformers { get; }
    public IReadOnlyList<IModelLoader> Models { get; }
    public KnownModules Known { get; }
}
