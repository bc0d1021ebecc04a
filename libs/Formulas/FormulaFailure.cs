namespace ModelManager.Formulas;

/// <summary>Thrown inside the compiler only: <see cref="Formula.TryCompile"/> turns it into a <see cref="FormulaError"/>.</summary>
internal sealed class FormulaFailure(string category, string detail, int position, string suggestion = "") : Exception(detail)
{
    public string Category { get; } = category;

    /// <summary>What follows <c>Invalid formula '...': </c>.</summary>
    public string Detail { get; } = detail;

    public int Position { get; } = position;
    public string Suggestion { get; } = suggestion;

    // The texts are part of the specification (formulas.md section 5); people and tools match on them.
    public static FormulaFailure Parse(int position, string what, string suggestion = "") =>
        new("parse", $"syntax error at position {position + 1}: {what}", position, suggestion);

    public static FormulaFailure Arity(string function, string expected, int given, int position) =>
        new("arity", $"{function} takes {expected} argument(s), {given} given", position);

    public static FormulaFailure Type(string kind, int position, string suggestion = "") =>
        new("type", $"expected a number, got a {kind}", position, suggestion);

    public static FormulaFailure UnknownFunction(string name, int position, string suggestion) =>
        new("unknown-function", $"unknown function '{name}'", position, suggestion);

    public static FormulaFailure UnknownSymbol(string name, int position, string suggestion) =>
        new("unknown-symbol", $"symbol '{name}' is not in 'symbols'", position, suggestion);

    public static FormulaFailure Symbolic(string function, int position, string suggestion = "") =>
        new("symbolic", $"{function} is symbolic-only and has no numeric value", position, suggestion);

    public static FormulaFailure NotAllowed(string what, int position) =>
        new("security", $"'{what}' is not allowed in a formula", position, "a formula is arithmetic over the declared symbols; it cannot reach the host");

    public static FormulaFailure TooLarge(string what, long limit, int position) =>
        new("limit", $"too large ({what} exceeds the limit of {limit})", position);

    public static FormulaFailure Structural(string op, int position) =>
        new("structural-eq", "'==' compares structure in SymPy; use Eq(a, b)", position,
            op == "==" ? "Eq(a, b) compares values" : "Ne(a, b) compares values");

    /// <summary>A sub-expression that is complex whatever the inputs are, where only real numbers have an order.</summary>
    public static FormulaFailure Complex(int position) => new("complex", "", position);
}
