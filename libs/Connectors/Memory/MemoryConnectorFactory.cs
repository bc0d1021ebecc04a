using System.Collections.Concurrent;
using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors.Memory;

/// <summary><c>interface.memory</c>: PVs in the memory of this process, for tests and for chaining deployments. Setting: <c>hub</c> (a name, default <c>memory</c>).</summary>
public sealed class MemoryConnectorFactory(TimeProvider clock) : IConnectorFactory
{
    private readonly ConcurrentDictionary<string, MemoryHub> _hubs = new(StringComparer.Ordinal);

    public string Type => "memory";

    /// <summary>The hub of that name; made when first asked for.</summary>
    public MemoryHub Hub(string name) => _hubs.GetOrAdd(name, static (n, c) => new(n, c), clock);

    public IConnector Create(InterfaceModule module)
    {
        var settings = new SettingsReader(module, "hub");
        return Hub(settings.Text("hub", "memory")).Connect();
    }
}
