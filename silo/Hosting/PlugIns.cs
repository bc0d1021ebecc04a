using ModelManager.Configuration;
using ModelManager.Connectors;
using ModelManager.Connectors.Memory;
using ModelManager.Connectors.Simulation;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;

namespace ModelManager.Silo.Hosting;

/// <summary>The connectors, transformers and model runtimes of this process: the built-in ones and those of a plug-in folder.</summary>
internal sealed class PlugIns
{
    public PlugIns(string? folder)
    {
        Connectors = [new SimulatorConnectorFactory(TimeProvider.System), new MemoryConnectorFactory(TimeProvider.System)];
        Transformers = [];
        Models = [new LumeModelLoader()];
        Known = KnownModules.BuiltIn;
    }

    public IReadOnlyList<IConnectorFactory> Connectors { get; }
    public IReadOnlyList<ITransformerFactory> Transformers { get; }
    public IReadOnlyList<IModelLoader> Models { get; }
    public KnownModules Known { get; }
}
