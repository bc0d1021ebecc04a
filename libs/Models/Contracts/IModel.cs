using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Models;

/// <summary>A loaded model: named inputs and outputs, and an evaluation that blocks the calling thread. Loaded once, disposed when the last user is gone.</summary>
public interface IModel : IDisposable
{
    ModelInfo Info { get; }

    /// <summary>Evaluates once. Scalars give scalars; where the inputs are arrays of one length n, a batch of n rows is evaluated and the outputs are arrays of n.</summary>
    /// <param name="inputs">In the order of <see cref="ModelInfo.Inputs"/>; <see cref="PvValue.IsNone"/> takes the default of that input.</param>
    /// <param name="outputs">Filled in the order of <see cref="ModelInfo.Outputs"/>.</param>
    /// <param name="warnings">Validation findings that do not stop the evaluation are added here; never null, not cleared.</param>
    /// <exception cref="ModelException">The inputs are refused or the model failed; the message names the model and the input.</exception>
    void Evaluate(ReadOnlySpan<PvValue> inputs, Span<PvValue> outputs, List<ModelWarning> warnings);
}

/// <param name="Variable">The input or output concerned.</param>
public readonly record struct ModelWarning(string Variable, string Message);

/// <summary>The inputs are refused or the model failed; the message names the model and the cause.</summary>
public class ModelException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>It failed in a way that no other inputs would mend: what ran it is gone or never answered, or it answers in another form than it declares.</summary>
public sealed class ModelFaultException(string message, Exception? inner = null) : ModelException(message, inner);

/// <summary>What is known of a model before it is evaluated.</summary>
/// <param name="Runtime">Which runtime runs it: <c>lume-native</c>, <c>onnx</c>, <c>ml.net</c>, <c>python</c>, a plug-in's name.</param>
/// <param name="Digest">SHA-256 over the files it was loaded from, hexadecimal.</param>
/// <param name="IsStateless">False: one instance per deployment, never shared.</param>
public sealed record ModelInfo(
    string Name, string Runtime, string Digest, ImmutableArray<ModelVariable> Inputs, ImmutableArray<ModelVariable> Outputs, bool IsStateless = true);

/// <param name="Default">Taken when the input is missing; None = the input is required.</param>
/// <param name="Range">Inclusive; infinite bounds are allowed. Null = unbounded.</param>
public sealed record ModelVariable(
    string Name, PvKind Kind = PvKind.Float64, string Units = "", PvValue Default = default, ModelRange? Range = null, bool IsConstant = false, ImmutableArray<int> Shape = default);

public readonly record struct ModelRange(double Low, double High, double Tolerance = 1e-8);
