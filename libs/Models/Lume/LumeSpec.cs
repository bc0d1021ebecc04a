using System.Collections.Immutable;

namespace ModelManager.Models.Lume;

/// <summary>What a lume-model YAML says, files not yet read.</summary>
internal abstract record LumeSpec(string YamlFile, ImmutableArray<LumeVariable> Inputs, ImmutableArray<LumeVariable> Outputs);

/// <param name="ModelFile">Relative to the folder of the YAML, as the two lists.</param>
internal sealed record TorchModelSpec(
    string YamlFile, ImmutableArray<LumeVariable> Inputs, ImmutableArray<LumeVariable> Outputs,
    string ModelFile, ImmutableArray<string> InputTransformers, ImmutableArray<string> OutputTransformers, bool SinglePrecision)
    : LumeSpec(YamlFile, Inputs, Outputs);

/// <summary>A torch module around a model: takes and gives columns, in orders of its own.</summary>
internal sealed record TorchModuleSpec(string YamlFile, TorchModelSpec Model, ImmutableArray<LumeVariable> Inputs, ImmutableArray<LumeVariable> Outputs)
    : LumeSpec(YamlFile, Inputs, Outputs);

internal sealed record EnsembleSpec(string YamlFile, ImmutableArray<LumeVariable> Inputs, ImmutableArray<LumeVariable> Outputs, ImmutableArray<TorchModelSpec> Members)
    : LumeSpec(YamlFile, Inputs, Outputs);
