using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;
using ModelManager.Formulas;

namespace ModelManager.Configuration.Checks;

/// <summary>Compiles every formula, reports what is wrong at its place in the file, and names the symbols that no formula uses.</summary>
internal static class FormulaCheck
{
    private const int MostPairs = 5_000_000;

    public static void Run(DeploymentSpec spec, Findings findings)
    {
        foreach (var module in spec.Transformers)
            Check(module.Key, module.Transformer, findings);
    }

    private static void Check(string owner, TransformerSpec transformer, Findings findings)
    {
        if (transformer is CompoundTransformerSpec compound)
            foreach (var child in compound.Children)
                Check($"{owner}.{child.Key}", child.Transformer, findings);
        if (transformer is not SimpleTransformerSpec simple)
            return;
        // Each formula is compiled over all symbols, here and in the engine, so their product is what it costs.
        if ((long)simple.Symbols.Length * simple.Formulas.Length > MostPairs)
        {
            findings.Error(simple.Where, $"'{owner}' has {simple.Symbols.Length} symbols for {simple.Formulas.Length} formulas; expected at most {MostPairs} pairs of them", "Split the transformer.");
            return;
        }
        var used = new HashSet<int>();
        var all = true;
        foreach (var written in simple.Formulas)
        {
            if (Formula.TryCompile(written.Text, simple.Symbols, written.Output, out var formula, out var error))
                used.UnionWith(formula.UsedSymbols);
            else
            {
                all = false;
                findings.Error(PlaceOf(written, error), $"'{written.Output}' of '{owner}': {error.Message.TrimEnd('.')}", Hint(error, written, simple));
            }
        }
        if (!all)
            return;
        for (var i = 0; i < simple.Symbols.Length; i++)
            if (!used.Contains(i))
                findings.Warn(simple.SymbolMarks[i], $"symbol '{simple.Symbols[i]}' of '{owner}' is used by no formula", "It still has to arrive before anything is computed: remove it if that is not meant.");
    }

    private static SourceMark PlaceOf(FormulaSpec written, FormulaError error) =>
        written.IsVerbatim && error.Position > 0 ? written.Where with { Column = written.Where.Column + error.Position } : written.Where;

    private static string Hint(FormulaError error, FormulaSpec written, SimpleTransformerSpec simple)
    {
        if (error.Suggestion.Length > 0)
            return char.ToUpperInvariant(error.Suggestion[0]) + error.Suggestion[1..];
        return error.Category == "unknown-symbol" && simple.Symbols.IsEmpty ? $"Declare what '{written.Output}' is computed from under 'symbols'." : "";
    }
}
