namespace ModelManager.Formulas;

/// <summary>What one formula gave for one set of values.</summary>
/// <param name="Value">The value, when <paramref name="Error"/> is null.</param>
/// <param name="Error">What went wrong, at compile time (stage config) or for these values (stage eval).</param>
public sealed record FormulaOutcome(FormulaValue Value, FormulaError? Error)
{
    /// <summary>Compiles and evaluates a formula once; the symbols are the given names.</summary>
    /// <param name="text">The formula.</param>
    /// <param name="values">The declared names with their values.</param>
    /// <param name="variable">What messages call the result.</param>
    public static FormulaOutcome Of(string text, IReadOnlyList<(string Name, FormulaValue Value)> values, string variable = "result")
    {
        var names = new string[values.Count];
        var given = new FormulaValue[values.Count];
        for (var i = 0; i < names.Length; i++)
            (names[i], given[i]) = values[i];
        if (!Formula.TryCompile(text, names, variable, out var formula, out var error))
            return new(double.NaN, error);
        var fault = formula.TryEvaluate(given, out var value);
        return fault == FormulaFault.None
            ? new(value, null)
            : new(double.NaN, new(fault.CategoryName(), "eval", formula.Describe(fault, given), -1, ""));
    }
}
