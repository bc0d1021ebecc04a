using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Models;

namespace ModelManager.Pipeline;

/// <summary>A spec and its models compiled to slots and nodes in order of evaluation. It holds transformers with their buffers, so it belongs to one engine.</summary>
public sealed class Plan
{
    internal Plan(DeploymentSpec spec) => Spec = spec;

    public DeploymentSpec Spec { get; }

    /// <summary>What is odd but can run: units that differ, outputs that go nowhere.</summary>
    public ImmutableArray<SpecError> Warnings { get; internal init; } = [];

    /// <summary>SHA-256 of each model, in the order of evaluation.</summary>
    public ImmutableArray<string> ModelDigests => [.. Nodes.Where(n => n.Model is not null).Select(n => n.Model!.Digest)];

    /// <summary>Source variables first, then the outputs of nodes.</summary>
    internal PlanSlot[] Slots { get; init; } = [];
    internal int SourceSlots { get; init; }
    internal PlanSource[] Sources { get; init; } = [];
    internal PlanNode[] Nodes { get; init; } = [];
    internal PlanSink[] Sinks { get; init; } = [];
    /// <summary>The slot whose update makes a tick; -1 without a leader.</summary>
    internal int Leader { get; init; } = -1;

    /// <summary>Checks a spec against its models and compiles it. Everything that is wrong is told at once.</summary>
    /// <param name="modelOf">The model of a module by its key; null where none was loaded.</param>
    public static Checked<Plan> Build(DeploymentSpec spec, Func<string, ModelInfo?> modelOf, TransformerRegistry transformers) =>
        new PlanBuilder(spec, modelOf, transformers).Build();
}
