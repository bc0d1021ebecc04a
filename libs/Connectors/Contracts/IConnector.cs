using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors;

/// <summary>One connection to the outside, shared on a silo by all deployments that name the same interface type with the same settings.</summary>
public interface IConnector : IAsyncDisposable
{
    /// <summary>Null where it only writes.</summary>
    IPvSource? Source { get; }

    /// <summary>Null where it only reads.</summary>
    IPvSink? Sink { get; }
}

/// <summary>Makes connectors of one interface type (<c>simulator</c>, <c>file</c>, <c>p4p</c>, ...). Plug-ins implement this.</summary>
public interface IConnectorFactory
{
    /// <summary>The subtype in <c>interface.subtype</c> and the legacy <c>get_method</c>/<c>put_method</c>.</summary>
    string Type { get; }

    /// <summary>Two modules with the same key share one connector. By default the type and its settings.</summary>
    string SharingKey(InterfaceModule module) => SharingKeys.TypeAndSettings(module);

    /// <exception cref="ConnectorException">The settings cannot work; the message names the module, the setting and the way out.</exception>
    IConnector Create(InterfaceModule module);
}

public sealed class ConnectorException(string message, Exception? inner = null) : Exception(message, inner);
