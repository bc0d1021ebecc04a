using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline;

// Units: followed through renames in the order of evaluation, compared where two are known, never converted. An output that declares none is in the units of what it is given.
internal sealed partial class PlanBuilder
{
    private void FollowUnits(PlanNode[] ordered, PlanSink[] sinks)
    {
        foreach (var node in ordered)
        {
            if (node.Model is { } model)
                for (var i = 0; i < node.Inputs.Length; i++)
                    CompareUnits(spec.Modules.First(m => m.Key == node.Key).Where, $"input '{model.Inputs[i].Name}' of model '{model.Name}'", model.Inputs[i].Units, node.Inputs[i]);
            else
                for (var o = 0; o < node.Outputs.Length; o++)
                    if (node.Transformer!.DirectInput(o) is >= 0 and var direct)
                        _slots[node.Outputs[o]] = _slots[node.Outputs[o]] with { Units = _slots[node.Inputs[direct]].Units, Origin = _slots[node.Inputs[direct]].Origin };
        }
        for (var s = 0; s < sinks.Length; s++)
        {
            var sink = sinks[s];
            for (var i = 0; i < sink.Slots.Length; i++)
                CompareUnits(sink.Variables[i].Where, $"output '{sink.Variables[i].Key}' of module '{sink.Module.Key}'", sink.Variables[i].Units, sink.Slots[i]);
            sinks[s] = new(sink.Module, [.. sink.Variables.Select((v, i) => v.Units.Length > 0 ? v : v with { Units = _slots[sink.Slots[i]].Units })], sink.Slots);
        }
    }

    private void CompareUnits(SourceMark where, string reader, string expected, int slot)
    {
        if (slot < 0 || expected.Length == 0)
            return;
        var given = _slots[slot];
        if (given.Origin >= 0 && _slots[given.Origin].ExpectedUnits.Length == 0)
            _slots[given.Origin] = _slots[given.Origin] with { ExpectedUnits = expected };
        if (given.Units.Length > 0 && expected != given.Units)
            _warnings.Add(new(where, $"{reader} is in '{expected}', but '{given.Name}' of module '{given.Module}' is in '{given.Units}'", "Convert by a formula, or correct the units; nothing is converted silently"));
    }
}
