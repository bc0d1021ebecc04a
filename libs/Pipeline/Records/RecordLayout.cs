using System.Collections.Immutable;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>What the cells of a record mean: made once per plan, shared by all its records.</summary>
internal sealed class RecordLayout
{
    private readonly ImmutableArray<string> _digests;
    private readonly (string Module, string Name, string PvName)[] _names;
    private readonly string _deployment;
    private readonly int _generation;
    private readonly long _epoch;

    public RecordLayout(Plan plan, EngineOptions options, int generation, OutputState[] outputs)
    {
        (_deployment, _generation, _epoch, _digests) = (options.Name, generation, options.Epoch, plan.ModelDigests);
        var models = plan.Nodes.Where(n => n.Model is not null).ToList();
        int[] inputs = [.. plan.Sources.SelectMany(s => s.Slots)];
        int[] modelInputs = [.. models.SelectMany(n => n.Inputs).Where(s => s >= 0).Distinct()];
        Slots = [.. inputs, .. modelInputs, .. models.SelectMany(n => n.Outputs)];
        Inputs = inputs.Length;
        ModelOutputs = Inputs + modelInputs.Length;
        Cells = Slots.Length + outputs.Length;
        _names =
        [
            .. Slots.Select(s => (plan.Slots[s].Module, plan.Slots[s].Name, plan.Slots[s].PvName)),
            .. outputs.Select(o => (o.Sink, o.Variable.Key, o.Variable.PvName)),
        ];
    }

    /// <summary>Slots of the inputs, the model inputs and the model outputs; the outputs follow them in a record.</summary>
    public int[] Slots { get; }

    /// <summary>How many cells the inputs take.</summary>
    public int Inputs { get; }

    /// <summary>The first cell of the model outputs.</summary>
    public int ModelOutputs { get; }
    public int Cells { get; }

    public PvReading Reading(int cell, in PvSample sample, bool arrived, Disposition disposition) =>
        new(_names[cell].Module, _names[cell].Name, _names[cell].PvName, sample, arrived, disposition);

    public TickRecord Record(in RecordFacts facts, string causedBy, ReadOnlySpan<PvReading> cells) => new()
    {
        Id = new(_deployment, _generation, _epoch, facts.Sequence),
        Cause = facts.Cause,
        CausedBy = causedBy,
        At = facts.At,
        Times = facts.Times,
        Sets = facts.Sets,
        Merged = facts.Merged,
        Dropped = facts.Dropped,
        ModelDigests = _digests,
        Inputs = [.. cells[..Inputs]],
        ModelInputs = [.. cells[Inputs..ModelOutputs]],
        ModelOutputs = [.. cells[ModelOutputs..Slots.Length]],
        Outputs = [.. cells[Slots.Length..]],
    };
}

/// <summary>The fixed part of a record.</summary>
internal readonly record struct RecordFacts(long Sequence, TickCause Cause, PvTime At, TickTimes Times, int Sets, int Merged, int Dropped);
