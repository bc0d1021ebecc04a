using System.Collections.Immutable;
using ModelManager.Models.Dense;
using ModelManager.Models.Lume;

namespace ModelManager.Models.Torch;

/// <summary>Torch networks without a lume YAML, run here without Python: one column per input, called in the precision they were saved in. Which modules and which TorchScript are known stands in docs/models.md.</summary>
public sealed class TorchFileLoader(TorchLimits? limits = null) : IModelLoader
{
    /// <summary>What <see cref="ModelInfo.Runtime"/> says.</summary>
    public const string RuntimeName = "torch-native";

    private readonly TorchLimits _limits = limits ?? TorchLimits.Default;

    public string Runtime => RuntimeName;

    public string? Refuses(ModelSource source)
    {
        try
        {
            TorchArtifact.Find(source);
            return null;
        }
        catch (ModelException refused)
        {
            return refused.Message;
        }
    }

    public string Digest(ModelSource source) => Digest(TorchArtifact.Find(source), out _);

    public IModel Load(ModelSource source, CancellationToken cancellation)
    {
        var artifact = TorchArtifact.Find(source);
        var digest = Digest(artifact, out var bytes);
        var inputs = Variables(artifact.Declared.Inputs);
        var outputs = Variables(artifact.Declared.Outputs);
        try
        {
            var single = ModuleReader.IsSinglePrecision(artifact.File, bytes, _limits);
            var network = Network.Of(artifact.File, inputs.Length, ModuleReader.Read(artifact.File, bytes, inputs.Length, single, _limits));
            if (network.Outputs != outputs.Length)
                throw new ModelException($"model '{source.Name}': {artifact.File}: gives {network.Outputs} columns, and {(artifact.Declared.Source.Length > 0 ? artifact.Declared.Source : "the configuration")} names {outputs.Length} outputs ({string.Join(", ", outputs.Select(o => o.Name))})");
            cancellation.ThrowIfCancellationRequested();
            return new LumeModel(source.Name, RuntimeName, DenseEvaluator.Create(network, single), digest, inputs, inputs, outputs, outputs, isEnsemble: false);
        }
        catch (TorchFileException refused)
        {
            throw new ModelException($"model '{source.Name}': {refused.Message}", refused);
        }
    }

    // The names are part of it: the same file under other names is another model.
    private static string Digest(TorchArtifact artifact, out byte[] bytes)
    {
        var files = new LumeFiles(artifact.Folder);
        bytes = files.Read(artifact.File);
        return files.Digest(string.Join('\n', artifact.Declared.Inputs.Concat(artifact.Declared.Outputs)));
    }

    private static ImmutableArray<LumeVariable> Variables(ImmutableArray<ModelVariable> declared) => [.. declared.Select(v => new LumeVariable(
        v.Name, v.Default.IsNone ? null : v.Default.AsDouble(), v.Range?.Low ?? double.NegativeInfinity, v.Range?.High ?? double.PositiveInfinity,
        v.Range?.Tolerance ?? LumeVariable.DefaultTolerance, v.IsConstant, v.Units, Validation.Warn))];
}
