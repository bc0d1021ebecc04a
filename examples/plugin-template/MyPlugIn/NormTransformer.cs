using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Pipeline;
using ModelManager.Values;

namespace MyPlugIn;

/// <summary>In a configuration: <c>type: MyPlugInNorm</c>, <c>symbols:</c> the inputs, one key under <c>variables:</c> for the output.</summary>
public sealed class NormTransformerFactory : ITransformerFactory
{
    public string Type => "MyPlugInNorm";

    public ITransformer Create(PluginTransformerSpec spec) => spec.Variables.Length == 1
        ? new NormTransformer(spec.Symbols, spec.Variables[0])
        : throw new TransformerException($"'variables' has {spec.Variables.Length} keys, expected one: the norm is one number");
}

/// <summary>The square root of the sum of the squares of its inputs.</summary>
public sealed class NormTransformer(ImmutableArray<string> inputs, string output) : ITransformer
{
    private readonly int[] _all = [.. Enumerable.Range(0, inputs.Length)];

    public ImmutableArray<string> Inputs => inputs;

    public ImmutableArray<string> Outputs => [output];

    public void Transform(in TransformInput input, in TransformOutput output)
    {
        if (!output.Wants(0))
            return;
        var sum = 0.0;
        for (var i = 0; i < input.Count; i++)
        {
            var value = input[i].Value;
            if (value.IsNone)
            {
                // No value: the output has none either, and says why.
                output.FailAs(0, i, _all);
                return;
            }
            if (!value.Kind.IsNumericScalar())
            {
                output.Fail(0, AlarmStatus.Calc, $"{inputs[i]} is {value.Kind}, expected a number", _all);
                return;
            }
            sum += value.AsDouble() * value.AsDouble();
        }
        output.Set(0, PvValue.Double(Math.Sqrt(sum)), _all);
    }
}
