using System.Collections.Immutable;

namespace ModelManager.Pipeline;

/// <summary>Computes named outputs from named inputs. One instance serves one node and is called by one thread at a time, so it may keep buffers.</summary>
/// <remarks>
/// The rules every implementation follows (its conformance tests check them): the same inputs give the same outputs; an output is only ever set, failed or left alone, never set to a placeholder;
/// one output that fails does not keep the others from being set; nothing is thrown for bad values.
/// </remarks>
public interface ITransformer
{
    /// <summary>Names of the inputs; their position is their index.</summary>
    ImmutableArray<string> Inputs { get; }

    /// <summary>Names of the outputs; their position is their index.</summary>
    ImmutableArray<string> Outputs { get; }

    /// <summary>Inputs (by index) that must have arrived once before the output is emitted. By default all of them.</summary>
    ImmutableArray<int> NeededBy(int output) => [.. Enumerable.Range(0, Inputs.Length)];

    /// <summary>The input whose value this output passes on unchanged, or -1. Units are followed through it.</summary>
    int DirectInput(int output) => -1;

    /// <summary>Computes the outputs that are wanted (<see cref="TransformOutput.Wants"/>).</summary>
    void Transform(in TransformInput input, in TransformOutput output);
}

/// <summary>A transformer whose result depends on what it saw before. Its state survives a move to another silo.</summary>
public interface IStateful
{
    /// <summary>The state as JSON with a <c>schema</c> number; the same state gives the same text.</summary>
    string Save();

    /// <summary>Takes what <see cref="Save"/> of this or the version before gave.</summary>
    /// <exception cref="FormatException">The text is no such state; nothing was changed.</exception>
    void Restore(string saved);
}
