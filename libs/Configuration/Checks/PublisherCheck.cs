using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>Two writers of one thing: a name in a topic, an output of a compound transformer, a PV.</summary>
internal static class PublisherCheck
{
    public static void Run(GraphView view, KnownModules known, Findings findings)
    {
        foreach (var topic in view.Topics)
            CheckTopic(topic, view, findings);
        foreach (var module in view.Spec.Transformers)
            CheckChildren(module.Key, module.Transformer, findings);
        CheckPvs(view, known, findings);
    }

    private static void CheckTopic(string topic, GraphView view, Findings findings)
    {
        var first = new Dictionary<string, ModuleSpec>(StringComparer.Ordinal);
        foreach (var module in view.PublishersOf(topic))
            foreach (var name in view.Written(module))
                if (!first.TryAdd(name, module))
                    findings.Error(module.Where, $"'{name}' is published to topic '{topic}' by two modules, '{first[name].Key}' (line {first[name].Where.Line}) and '{module.Key}'", "Rename one, or publish it to another topic.");
    }

    private static void CheckChildren(string key, TransformerSpec transformer, Findings findings)
    {
        if (transformer is not CompoundTransformerSpec compound)
            return;
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var child in compound.Children)
        {
            foreach (var output in child.Transformer.Outputs.Distinct())
                if (!first.TryAdd(output, child.Key))
                    findings.Error(child.Transformer.Where, $"'{output}' is an output of two transformers of '{key}', '{first[output]}' and '{child.Key}'", "Rename one of the two.");
            CheckChildren(child.Key, child.Transformer, findings);
        }
    }

    // Only PVs of the control system: a column of a file or a simulated PV belongs to its module.
    private static void CheckPvs(GraphView view, KnownModules known, Findings findings)
    {
        var first = new Dictionary<string, (InterfaceModule Module, PvVariable Variable)>(StringComparer.Ordinal);
        foreach (var module in view.Spec.Interfaces.Where(i => i.IsSink && known.Interface(i.Subtype) is not { IsControlSystem: false }))
            foreach (var variable in module.Variables.Where(v => IsWritten(v, module, view)))
                if (!first.TryAdd(variable.PvName, (module, variable)))
                {
                    var (other, earlier) = first[variable.PvName];
                    var who = other.Key == module.Key ? $"the variables '{earlier.Key}' and '{variable.Key}' of '{module.Key}'" : $"the modules '{other.Key}' (line {earlier.Where.Line}) and '{module.Key}'";
                    findings.Error(variable.Where, $"PV '{variable.PvName}' is written twice, by {who}", "A PV has one writer: remove one of the two.");
                }
    }

    private static bool IsWritten(PvVariable variable, InterfaceModule module, GraphView view) =>
        variable.Mode != PvMode.In && (!module.IsSource || variable.Mode == PvMode.Out || SinkCheck.IsComputed(variable, module, view));
}
