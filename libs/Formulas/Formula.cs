using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace ModelManager.Formulas;

/// <summary>A formula in SymPy's syntax over declared symbols, compiled once and evaluated many times.</summary>
public sealed class Formula
{
    private Formula(string text, string variable, ImmutableArray<string> symbols)
    {
        Text = text;
        Variable = variable;
        Symbols = symbols;
    }

    public static bool TryCompile(string text, IReadOnlyList<string> symbols, string variable,
        [NotNullWhen(true)] out Formula? formula, [NotNullWhen(false)] out FormulaError? error, FormulaLimits? limits = null)
    {
        formula = new Formula(text, variable, [.. symbols]);
        error = null;
        return true;
    }

    public string Text { get; }
    public string Variable { get; }
    public ImmutableArray<string> Symbols { get; }
    public ImmutableArray<int> UsedSymbols { get; } = [];
    public bool IsConstant { get; }
    public int DirectSymbol { get; } = -1;

    public FormulaFault TryEvaluate(ReadOnlySpan<double> values, out double result)
    {
        result = double.NaN;
        return FormulaFault.Undefined;
    }

    public FormulaFault TryEvaluate(ReadOnlySpan<FormulaValue> values, out FormulaValue result)
    {
        result = double.NaN;
        return FormulaFault.Undefined;
    }

    public string Describe(FormulaFault fault) => $"Formula '{Text}' for '{Variable}': {fault.CategoryName()}";
}
