using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors;

/// <summary>The interface types this process can connect to: the built-in ones and those of plug-ins. Immutable.</summary>
public sealed class ConnectorRegistry
{
    private readonly ImmutableSortedDictionary<string, IConnectorFactory> _factories;

    /// <exception cref="ConnectorException">Two factories have the same type.</exception>
    public ConnectorRegistry(IEnumerable<IConnectorFactory> factories)
    {
        var byType = ImmutableSortedDictionary.CreateBuilder<string, IConnectorFactory>(StringComparer.Ordinal);
        foreach (var factory in factories)
        {
            if (byType.TryGetValue(factory.Type, out var other))
                throw new ConnectorException($"interface type '{factory.Type}' is provided twice, by {Origin(other)} and by {Origin(factory)}; remove one of them");
            byType.Add(factory.Type, factory);
        }
        _factories = byType.ToImmutable();
    }

    /// <summary>In alphabetical order.</summary>
    public IEnumerable<string> Types => _factories.Keys;

    public IEnumerable<IConnectorFactory> Factories => _factories.Values;

    /// <summary>The same registry with more factories.</summary>
    /// <exception cref="ConnectorException">A type is there already.</exception>
    public ConnectorRegistry With(params IEnumerable<IConnectorFactory> more) => new(_factories.Values.Concat(more));

    public bool Knows(string type) => _factories.ContainsKey(type);

    /// <summary>The factory of a module's type.</summary>
    /// <exception cref="ConnectorException">No such type; the message lists those there are.</exception>
    public IConnectorFactory FactoryOf(InterfaceModule module) =>
        _factories.TryGetValue(module.Subtype, out var factory)
            ? factory
            : throw new ConnectorException($"{module.Where}: module '{module.Key}' wants interface type '{module.Subtype}', which is not known here. Known: {string.Join(", ", Types)}. A plug-in can add it");

    /// <summary>Makes the connector of a module.</summary>
    /// <exception cref="ConnectorException">Unknown type, or settings that cannot work.</exception>
    public IConnector Create(InterfaceModule module) => FactoryOf(module).Create(module);

    private static string Origin(IConnectorFactory factory) => $"{factory.GetType().FullName} ({factory.GetType().Assembly.GetName().Name})";
}
