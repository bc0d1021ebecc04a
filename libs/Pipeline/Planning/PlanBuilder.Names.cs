using ModelManager.Configuration.Spec;
using ModelManager.Models;

namespace ModelManager.Pipeline;

// Names: who gives what a module reads, and what is wrong when nobody or two do.
internal sealed partial class PlanBuilder
{
    private int? Resolve(ModuleSpec reader, string name, out string problem)
    {
        int? found = null;
        var giver = "";
        problem = "";
        foreach (var publisher in PublishersFor(reader))
        {
            if (!_emitted.TryGetValue(publisher.Key, out var names) || !names.TryGetValue(name, out var slot) || slot == found)
                continue;
            if (found is not null)
                _errors.Add(new(reader.Where, $"'{name}', which module '{reader.Key}' reads, is given by both '{giver}' and '{publisher.Key}'", "Rename one of the two, or subscribe to one topic only"));
            (found, giver) = (slot, publisher.Key);
        }
        if (found is { } slotFound)
            _consumed.Add(slotFound);
        else
            problem = $"is not among what it subscribes to ({(reader.Subscribes.IsEmpty ? "nothing" : string.Join(", ", reader.Subscribes))})";
        return found;
    }

    private IEnumerable<ModuleSpec> PublishersFor(ModuleSpec reader) =>
        reader.Subscribes.Distinct().SelectMany(t => _publishers.TryGetValue(t, out var modules) ? modules : []).Where(m => m.Key != reader.Key);

    private IEnumerable<string> Visible(ModuleSpec reader) =>
        PublishersFor(reader).SelectMany(p => _emitted.TryGetValue(p.Key, out var names) ? names.Keys : Enumerable.Empty<string>());

    private int Missing(ModuleSpec module, string problem, string name)
    {
        _errors.Add(new(module.Where, problem, DidYouMean.Hint(name, Visible(module), "Add it to the module that should give it")));
        return PlanNode.DefaultInput;
    }

    private PlanNode WireModel(ModuleSpec module, ModelInfo info)
    {
        var missing = new List<string>();
        var inputs = new int[info.Inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = info.Inputs[i];
            inputs[i] = Resolve(module, input.Name, out _) ?? PlanNode.DefaultInput;
            if (inputs[i] < 0 && input.Default.IsNone)
                missing.Add(input.Name);
        }
        var known = info.Inputs.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var unknown = Visible(module).Where(n => !known.Contains(n)).ToList();
        if (missing.Count > 0)
            _errors.Add(new(module.Where, $"model '{info.Name}' needs {string.Join(", ", missing.Select(m => $"'{m}'"))}, which nothing gives to module '{module.Key}' and which {(missing.Count == 1 ? "has" : "have")} no default",
                DidYouMean.Hint(missing[0], unknown, "Compute it in the transformer before the model")));
        foreach (var publisher in PublishersFor(module))
            RefuseUnknown(module, info, publisher, known);
        return new PlanNode(module, null, info, inputs, [.. info.Outputs.Select(o => _emitted[module.Key][o.Name])]);
    }

    // A name computed for a model that does not have it is a typing error; one that another reader of the topic uses is not.
    private void RefuseUnknown(ModuleSpec module, ModelInfo info, ModuleSpec publisher, HashSet<string> known)
    {
        var others = spec.Modules.Where(m => m.Key != module.Key && publisher.Publishes is { } topic && m.Subscribes.Contains(topic)).ToList();
        foreach (var (name, slot) in _emitted.GetValueOrDefault(publisher.Key) ?? [])
        {
            if (known.Contains(name) || others.Exists(o => Reads(o, name)) || _slots[slot].PvName == name && _slots[slot].Name != name)
                continue;
            var finding = new SpecError(module.Where, $"model '{info.Name}' has no input '{name}', which module '{publisher.Key}' gives to '{module.Key}'",
                DidYouMean.Hint(name, known, $"Its inputs: {string.Join(", ", info.Inputs.Select(i => i.Name))}"));
            if (publisher is TransformerModule)
                _errors.Add(finding);
            else if (!known.Contains(_slots[slot].PvName))
                _warnings.Add(finding);
        }
    }

    private bool Reads(ModuleSpec module, string name) => module switch
    {
        TransformerModule transformer => transformer.Transformer.Inputs.Contains(name),
        ModelModule => modelOf(module.Key)?.Inputs.Any(i => i.Name == name) ?? true,
        InterfaceModule sink => sink.Variables.Any(v => v.Key == name || v.PvName == name),
        _ => true,
    };

    private void WarnOfUnused(List<PlanNode> nodes)
    {
        foreach (var node in nodes.Where(n => n.Transformer is not null))
            for (var o = 0; o < node.Outputs.Length; o++)
                if (!_consumed.Contains(node.Outputs[o]))
                    _warnings.Add(new(spec.Modules.First(m => m.Key == node.Key).Where, $"'{node.OutputNames[o]}' of module '{node.Key}' goes nowhere", "No module that subscribes to it reads it"));
    }
}
