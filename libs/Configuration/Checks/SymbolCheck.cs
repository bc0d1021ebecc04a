using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>Every input of a transformer must be on one of its topics, or it would wait for ever.</summary>
internal static class SymbolCheck
{
    public static void Run(GraphView view, Findings findings)
    {
        foreach (var module in view.Spec.Transformers)
            if (module.Subscribes.All(t => view.PublishersOf(t).Count > 0) && !module.Subscribes.IsEmpty)
                Check(module, view, findings);
    }

    private static void Check(TransformerModule module, GraphView view, Findings findings)
    {
        var sources = view.Before(module);
        var names = new Dictionary<string, ModuleSpec>(StringComparer.Ordinal);
        foreach (var source in sources)
            foreach (var name in view.Written(source))
                if (!names.TryAdd(name, source) && names[name].Publishes != source.Publishes && module.Transformer.Inputs.Contains(name))
                    findings.Warn(module.Where, $"module '{module.Key}' gets '{name}' on two topics, '{names[name].Publishes}' and '{source.Publishes}'", "The later update counts: is that meant?");

        var open = sources.Where(GraphView.IsOpen).ToArray();
        var undeclared = new List<(string Name, SourceMark Where)>();
        foreach (var (input, where) in Inputs(module.Transformer).DistinctBy(i => i.Name))
        {
            if (names.ContainsKey(input))
                continue;
            if (open.Length == 0)
                findings.Error(where, $"'{input}' is an input of '{module.Key}' and on none of its topics ({string.Join(", ", module.Subscribes)})", findings.DidYouMean(input, names.Keys) is { Length: > 0 } near ? near : $"Add it to {Words.Or([.. sources.Select(s => $"'{s.Key}'")])}, or remove it here.");
            else
                undeclared.Add((input, where));
        }
        // Upstream never reads what is declared, so files in use are often wrong here: one line says it all.
        if (undeclared.Count > 0 && open is [ModelModule { Outputs.IsEmpty: false } model])
            findings.Warn(undeclared[0].Where, undeclared is [var (only, _)]
                ? $"'{only}' is an input of '{module.Key}' and not among the outputs declared for '{model.Key}'"
                : $"{undeclared.Count} inputs of '{module.Key}' are not among the outputs declared for '{model.Key}': {Words.Some([.. undeclared.Select(u => u.Name)])}",
                undeclared.Count == 1 && findings.DidYouMean(undeclared[0].Name, names.Keys) is { Length: > 0 } hint ? hint : $"Declared: {Words.Some(model.Outputs)}.");
    }

    private static IEnumerable<(string Name, SourceMark Where)> Inputs(TransformerSpec transformer) => transformer switch
    {
        SimpleTransformerSpec simple => simple.Symbols.Select((s, i) => (s, simple.SymbolMarks[i])),
        PluginTransformerSpec plugin => plugin.Symbols.Select((s, i) => (s, plugin.SymbolMarks[i])),
        PassThroughTransformerSpec pass => pass.Variables.Select(v => (v.Input, v.Where)),
        CaImageTransformerSpec images => images.Images.SelectMany(i => new[] { (i.ImageChannel, i.Where), (i.XChannel, i.Where), (i.YChannel, i.Where) }),
        CompoundTransformerSpec compound => compound.Children.SelectMany(c => Inputs(c.Transformer)),
        _ => [],
    };
}
