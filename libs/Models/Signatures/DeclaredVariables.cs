using System.Collections.Immutable;
using ModelManager.Models.Lume;

namespace ModelManager.Models.Signatures;

/// <summary>What the files beside a model say of its inputs and outputs: a lume-like YAML of variables, else the signature in an MLflow <c>MLmodel</c>.</summary>
/// <param name="Source">The file that said it; empty = nothing did.</param>
public sealed record DeclaredVariables(ImmutableArray<ModelVariable> Inputs, ImmutableArray<ModelVariable> Outputs, string Source)
{
    private const long MaxBytes = 4 << 20;

    public static DeclaredVariables None { get; } = new([], [], "");

    /// <summary>Looks in one folder, not below it. A YAML of variables knows units and ranges, so it wins over a signature.</summary>
    /// <exception cref="ModelException">A file that is meant cannot be read; with file:line:column.</exception>
    public static DeclaredVariables In(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder).Where(IsYaml).Order(StringComparer.Ordinal))
            if (Read(path) is YamlMapping mapping && mapping["input_variables"] is not null && mapping["output_variables"] is not null)
                return new(VariablesYaml.ReadAll(mapping, "input_variables"), VariablesYaml.ReadAll(mapping, "output_variables"), Path.GetFileName(path));
        var mlmodel = Path.Combine(folder, "MLmodel");
        return Read(mlmodel) is YamlMapping model ? MlflowSignature.Read(model) : None;
    }

    private static YamlNode? Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MaxBytes)
                return null;
            var bytes = File.ReadAllBytes(path);
            // Most YAML files beside a model are something else, and may be broken in ways that are not our matter.
            if (file.Name != "MLmodel" && bytes.AsSpan().IndexOf("input_variables"u8) < 0)
                return null;
            return YamlText.Read(file.Name, bytes);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static bool IsYaml(string file) => Path.GetExtension(file).ToLowerInvariant() is ".yml" or ".yaml";
}
