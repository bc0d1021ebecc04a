using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Models;

namespace ModelManager.Pipeline;

/// <summary>A variable of the graph: who gives it and under which names.</summary>
/// <param name="Module">The key of the publishing module.</param>
/// <param name="Variable">The interface variable it comes from; null for computed ones.</param>
internal sealed record PlanSlot(string Module, string Name, string PvName, string Units, PvVariable? Variable)
{
    /// <summary>The source slot whose value this is, unchanged; -1 for computed ones.</summary>
    public int Origin { get; init; } = -1;

    /// <summary>What its readers take a source variable to be in; empty = unknown. The PV's own metadata is held against it.</summary>
    public string ExpectedUnits { get; init; } = Units;
}

/// <summary>An interface that gives values to the graph, and the slots of its variables.</summary>
internal sealed class PlanSource(InterfaceModule module, ImmutableArray<PvVariable> variables, int[] slots)
{
    public InterfaceModule Module { get; } = module;
    public ImmutableArray<PvVariable> Variables { get; } = variables;
    public int[] Slots { get; } = slots;
    /// <summary>Each PV once, in file order.</summary>
    public ImmutableArray<string> PvNames { get; } = [.. variables.Select(v => v.PvName).Distinct(StringComparer.Ordinal)];
    /// <summary>The slots of a PV: more than one when two variables name it.</summary>
    public Dictionary<string, int[]> ByPv { get; } =
        variables.Select((v, i) => (v.PvName, Slot: slots[i])).GroupBy(v => v.PvName, v => v.Slot, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
}

/// <summary>An interface that takes values from the graph.</summary>
internal sealed class PlanSink(InterfaceModule module, ImmutableArray<PvVariable> variables, int[] slots)
{
    public InterfaceModule Module { get; } = module;
    public ImmutableArray<PvVariable> Variables { get; } = variables;
    public int[] Slots { get; } = slots;
}

/// <summary>A transformer or model with its wiring.</summary>
internal sealed class PlanNode(ModuleSpec module, ITransformer? transformer, ModelInfo? model, int[] inputs, int[] outputs)
{
    /// <summary>A model input that nothing gives takes its default.</summary>
    public const int DefaultInput = -1;

    public string Key { get; } = module.Key;
    public ITransformer? Transformer { get; } = transformer;
    public ModelInfo? Model { get; } = model;
    public bool IsExternal { get; } = module.OwnGrain && transformer is not null;
    /// <summary>Slots, by position of the input; <see cref="DefaultInput"/> where a model takes its default.</summary>
    public int[] Inputs { get; } = inputs;
    public int[] Outputs { get; } = outputs;
    public string[] OutputNames { get; } = [.. transformer?.Outputs ?? [.. model!.Outputs.Select(o => o.Name)]];
    /// <summary>It remembers what it saw, so it sees every tick.</summary>
    public bool RunsAlways { get; } = model is { IsStateless: false } || transformer is IStateful;
    /// <summary>Nodes (by position in the plan) whose outputs it reads.</summary>
    public int[] Upstream { get; set; } = [];
    /// <summary>By output: the source slots that must have arrived once before it is emitted.</summary>
    public int[][] Roots { get; set; } = [];

    public IEnumerable<int> NeededBy(int output) => Transformer is null
        ? Enumerable.Range(0, Inputs.Length)
        : Transformer.NeededBy(output);
}
