namespace ModelManager.Formulas.Tests;

/// <summary>Short ways for tests to compile and evaluate.</summary>
internal static class Compiled
{
    public static Formula Of(string text, params string[] symbols)
    {
        Assert.True(Formula.TryCompile(text, symbols, "out", out var formula, out var error), error?.Message);
        return formula!;
    }

    public static FormulaError Error(string text, params string[] symbols)
    {
        Assert.False(Formula.TryCompile(text, symbols, "out", out _, out var error), $"'{text}' compiled");
        return error!;
    }

    public static double Value(string text, params (string Name, double Value)[] values)
    {
        var fault = Of(text, [.. values.Select(v => v.Name)]).TryEvaluate(values.Select(v => v.Value).ToArray(), out double result);
        Assert.Equal(FormulaFault.None, fault);
        return result;
    }

    public static FormulaFault Fault(string text, params (string Name, double Value)[] values) =>
        Of(text, [.. values.Select(v => v.Name)]).TryEvaluate(values.Select(v => v.Value).ToArray(), out double _);

    public static FormulaValue Array(string text, params (string Name, FormulaValue Value)[] values)
    {
        var fault = Of(text, [.. values.Select(v => v.Name)]).TryEvaluate(values.Select(v => v.Value).ToArray(), out FormulaValue result);
        Assert.Equal(FormulaFault.None, fault);
        return result;
    }
}
