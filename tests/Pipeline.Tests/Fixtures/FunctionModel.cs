using ModelManager.Models;
using ModelManager.Values;

namespace ModelManager.Pipeline.Tests;

/// <summary>A model that is a function of doubles.</summary>
internal sealed class FunctionModel(string[] inputs, string[] outputs, Func<double[], double[]> function, bool isStateless = true, string units = "") : IModel
{
    public int Calls;
    public int Disposals;

    public ModelInfo Info { get; } = new("test model", "test", "d1", [.. inputs.Select(i => new ModelVariable(i, Units: units))], [.. outputs.Select(o => new ModelVariable(o))], isStateless);

    public static FunctionModel Sum => new(["a", "b"], ["y"], x => [x[0] + x[1]]);

    public void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings)
    {
        Interlocked.Increment(ref Calls);
        var results = function([.. inputs.ToArray().Select(i => i.AsDouble())]);
        for (var i = 0; i < results.Length; i++)
            outputs[i] = PvValue.Double(results[i]);
    }

    public void Dispose() => Interlocked.Increment(ref Disposals);
}
