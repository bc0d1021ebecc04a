using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Checks;

/// <summary>Results that no interface takes, variables that nothing computes, inputs that nothing reads. Upstream stops on some of these; here each is a warning, since the rest still works.</summary>
internal static class SinkCheck
{
    public static void Run(GraphView view, Findings findings)
    {
        foreach (var module in view.Spec.Interfaces)
        {
            if (module.IsSink)
                CheckWritten(module, view, findings);
            if (module.IsSource)
                CheckRead(module, view, findings);
        }
        foreach (var module in view.Spec.Transformers)
            CheckTaken(module, view, findings);
    }

    /// <summary>Some module that this interface subscribes to writes the variable, or may write it.</summary>
    public static bool IsComputed(PvVariable variable, InterfaceModule module, GraphView view) =>
        view.Before(module).Any(p => p.Key != module.Key && (GraphView.IsOpen(p) || view.Written(p).Contains(variable.Key)));

    private static void CheckWritten(InterfaceModule module, GraphView view, Findings findings)
    {
        var before = view.Before(module);
        if (before.Any(GraphView.IsOpen) || before.Count == 0)
            return;
        var computed = before.SelectMany(view.Written).ToHashSet(StringComparer.Ordinal);
        foreach (var variable in module.Variables)
        {
            if (variable.Mode == PvMode.In && before.OfType<TransformerModule>().Any(t => t.Transformer.Outputs.Contains(variable.Key)))
                findings.Warn(variable.Where, $"'{variable.Key}' of '{module.Key}' is computed, but its mode is 'in': it is never written", "Write 'mode: inout' or 'mode: out'.");
            // What is both read and written is an input where nothing computes it.
            else if (variable.Mode != PvMode.In && !(module.IsSource && variable.Mode == PvMode.InOut) && !computed.Contains(variable.Key))
                findings.Warn(variable.Where, $"nothing computes '{variable.Key}' of '{module.Key}': it is never written", findings.DidYouMean(variable.Key, computed.Except(module.Variables.Select(v => v.Key))));
        }
    }

    private static void CheckRead(InterfaceModule module, GraphView view, Findings findings)
    {
        var readers = view.SubscribersOf(module.Publishes).Where(r => r.Key != module.Key).ToArray();
        if (readers.Length == 0)
            return;
        foreach (var variable in module.Variables.Where(v => v.Mode != PvMode.Out))
            if (variable.Key != view.Spec.Trigger.Leader && variable.PvName != view.Spec.Trigger.Leader && !readers.Any(r => view.Reads(r, variable.Key)) && !(module.IsSink && variable.Mode == PvMode.InOut && IsComputed(variable, module, view)))
                findings.Warn(variable.Where, $"nothing reads '{variable.Key}' of '{module.Key}'", "");
    }

    private static void CheckTaken(TransformerModule module, GraphView view, Findings findings)
    {
        var readers = view.SubscribersOf(module.Publishes).Where(r => r.Key != module.Key).ToArray();
        if (readers.Length == 0)
            return;
        foreach (var (output, where) in Outputs(module.Transformer))
            if (!readers.Any(r => view.Reads(r, output)) && !readers.OfType<InterfaceModule>().Any(i => i.Variables.Any(v => v.Key == output)))
            {
                var names = readers.OfType<InterfaceModule>().SelectMany(i => i.Variables).Select(v => v.Key).Except(module.Transformer.Outputs);
                findings.Warn(where, $"'{output}' of '{module.Key}' goes nowhere: {Words.And([.. readers.Select(r => $"'{r.Key}'")])} {(readers.Length == 1 ? "has" : "have")} no variable of that name", findings.DidYouMean(output, names));
            }
    }

    private static IEnumerable<(string Name, SourceMark Where)> Outputs(TransformerSpec transformer) => transformer switch
    {
        SimpleTransformerSpec simple => simple.Formulas.Select(f => (f.Output, f.Where)),
        PassThroughTransformerSpec pass => pass.Variables.Select(v => (v.Output, v.Where)),
        CaImageTransformerSpec images => images.Images.Select(i => (i.Output, i.Where)),
        CompoundTransformerSpec compound => compound.Children.SelectMany(c => Outputs(c.Transformer)),
        _ => transformer.Outputs.Select(o => (o, transformer.Where)),
    };
}
