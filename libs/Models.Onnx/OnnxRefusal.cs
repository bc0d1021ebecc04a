using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace ModelManager.Models.Onnx;

/// <summary>What ONNX Runtime says of a model it does not load, in words that name the operator and the way out.</summary>
internal static partial class OnnxRefusal
{
    // onnxruntime.ai, "Compatibility": models of operator set 7 and later.
    private const long FirstOperatorSet = 7;

    public static ModelException Of(OnnxArtifact artifact, OnnxRuntimeException error)
    {
        var text = error.Message;
        return new($"{artifact.FileName}: {Explain(artifact.File, text)}", error);
    }

    private static string Explain(OnnxFile file, string text)
    {
        if (NoKernel().IsMatch(text) && file.OperatorSets.TryGetValue("ai.onnx", out var old) && old < FirstOperatorSet)
            return $"it uses operator set {old}, and ONNX Runtime has the operators of set {FirstOperatorSet} and later; convert it (onnx.version_converter) or export it again with opset_version={FirstOperatorSet} or more";
        if (NoKernel().Match(text) is { Success: true } kernel)
            return $"ONNX Runtime has no implementation of operator {kernel.Groups[1].Value}({kernel.Groups[2].Value}) for the number type it is used with{Node(kernel.Groups[3].Value)}. "
                + "Some operators, Elu among them, exist in single precision only: export the model in float32, write the operator as simpler ones (Elu as Where and Exp), or serve the model with another runtime";
        if (UnknownOperator().Match(text) is { Success: true } unknown)
            return $"operator {unknown.Groups[1].Value} is not known to ONNX Runtime {OrtEnv.Instance().GetVersionString()}; the model uses {string.Join(", ", file.OperatorSets.Select(set => $"{set.Key} {set.Value}"))}. Operators of an extension package are not loaded: export the model with standard ones";
        if (OperatorSet().Match(text) is { Success: true } set)
            return $"it uses operator set {set.Groups[1].Value}, ONNX Runtime {OrtEnv.Instance().GetVersionString()} knows {set.Groups[2].Value} up to {set.Groups[3].Value}; export the model with opset_version={set.Groups[3].Value}";
        if (text.Contains("Unsupported model IR version", StringComparison.Ordinal))
            return $"its format (IR version {file.IrVersion}) is newer than ONNX Runtime {OrtEnv.Instance().GetVersionString()} reads; save it with an older onnx package";
        return $"ONNX Runtime {OrtEnv.Instance().GetVersionString()} does not load it: {text}";
    }

    private static string Node(string name) => name.Length > 0 ? $" (node '{name}')" : "";

    [GeneratedRegex(@"Could not find an implementation for ([\w.]+)\((\d+)\) node with name '([^']*)'")]
    private static partial Regex NoKernel();

    [GeneratedRegex(@"(?:No Op registered for|Fatal error:) (?:[\w.]*:)?(\w+)(?:\(-?\d+\))?(?: with domain_version| is not a registered function/op)")]
    private static partial Regex UnknownOperator();

    [GeneratedRegex(@"Opset (\d+) is under development.*?domain ([\w.]+) is till opset (\d+)", RegexOptions.Singleline)]
    private static partial Regex OperatorSet();
}
