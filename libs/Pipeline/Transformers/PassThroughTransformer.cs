using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline;

/// <summary>Renames values of any type; alarm, time and metadata go along. One input may have several outputs (upstream.md B3).</summary>
public sealed class PassThroughTransformer : ITransformer
{
    private readonly int[] _inputOf;

    public PassThroughTransformer(PassThroughTransformerSpec spec)
    {
        Inputs = spec.Inputs;
        Outputs = spec.Outputs;
        _inputOf = [.. spec.Variables.Select(v => spec.Inputs.IndexOf(v.Input))];
    }

    public ImmutableArray<string> Inputs { get; }

    public ImmutableArray<string> Outputs { get; }

    /// <summary>Each output waits for its own input only.</summary>
    public ImmutableArray<int> NeededBy(int output) => [_inputOf[output]];

    public int DirectInput(int output) => _inputOf[output];

    public void Transform(in TransformInput input, in TransformOutput output)
    {
        for (var i = 0; i < _inputOf.Length; i++)
            if (output.Wants(i) && input.HasChanged(_inputOf[i]))
                output.PassThrough(i, _inputOf[i]);
    }
}
