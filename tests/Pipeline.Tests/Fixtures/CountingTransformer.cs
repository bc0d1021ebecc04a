using System.Collections.Immutable;
using System.Globalization;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline.Tests;

/// <summary>A stateful plug-in: how often it was called with a value of <c>a</c>.</summary>
internal sealed class CountingTransformer : ITransformer, IStateful
{
    public int Count { get; private set; }
    public ImmutableArray<string> Inputs => ["a"];
    public ImmutableArray<string> Outputs => ["n"];

    public void Transform(in TransformInput input, in TransformOutput output)
    {
        if (output.Wants(0))
            output.Set(0, PvValue.Double(++Count), [0]);
    }

    public string Save() => Count.ToString(CultureInfo.InvariantCulture);

    public void Restore(string saved) => Count = int.Parse(saved, CultureInfo.InvariantCulture);
}

/// <summary>The same as a plug-in by name.</summary>
internal sealed class CountingFactory : ITransformerFactory
{
    public string Type => "Counting";

    public ITransformer Create(PluginTransformerSpec spec) =>
        spec.ConfigYaml == "bad" ? throw new TransformerException("'bad' is no configuration; leave it empty") : new CountingTransformer();
}

/// <summary>A plug-in that breaks its contract.</summary>
internal sealed class ThrowingFactory : ITransformerFactory
{
    public string Type => "Throwing";

    public ITransformer Create(PluginTransformerSpec spec) => new Thrower();

    private sealed class Thrower : ITransformer
    {
        public ImmutableArray<string> Inputs => ["a"];
        public ImmutableArray<string> Outputs => ["t"];

        public void Transform(in TransformInput input, in TransformOutput output) => throw new InvalidOperationException("it broke");
    }
}
