using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline;

/// <summary>Makes the transformers of one type name of a plug-in.</summary>
public interface ITransformerFactory
{
    /// <summary>The name in <c>type:</c> (legacy) or after <c>transformer.</c> (graph).</summary>
    string Type { get; }

    /// <exception cref="TransformerException">The configuration cannot work; the message names the key and the way out.</exception>
    ITransformer Create(PluginTransformerSpec spec);
}

/// <summary>A transformer's configuration cannot work.</summary>
public sealed class TransformerException(string message, Exception? inner = null) : Exception(message, inner);
