namespace ModelManager.Formulas;

/// <summary>Bounds of the work a formula may cause, all counted in steps, never in time.</summary>
/// <remarks>A formula over a bound is refused with category <c>limit</c> and a message that names the bound.</remarks>
public sealed record FormulaLimits
{
    /// <summary>The bounds used when none are given.</summary>
    public static FormulaLimits Default { get; } = new();

    /// <summary>Characters of the text.</summary>
    public int Length { get; init; } = 64 * 1024;

    /// <summary>Open parentheses, brackets and calls at one point (Python's own limit is 200).</summary>
    public int Nesting { get; init; } = 200;

    /// <summary>Consecutive unary operators, and operations inside operations.</summary>
    public int Chain { get; init; } = 1000;

    /// <summary>Levels the parser may be inside of at one point: parentheses, calls and exponents together. What fits a thread's stack with room to spare.</summary>
    public int Depth { get; init; } = 500;

    /// <summary>Nodes of the parsed expression.</summary>
    public int Nodes { get; init; } = 20_000;

    /// <summary>Bits of an exact integer (numerator or denominator).</summary>
    public int IntegerBits { get; init; } = 4096;

    /// <summary>Argument of a factorial or of a binomial coefficient.</summary>
    public int Factorial { get; init; } = 10_000;

    /// <summary>Terms of a Sum or Product.</summary>
    public int Terms { get; init; } = 100_000;

    /// <summary>Elements of one array result.</summary>
    public int Elements { get; init; } = 64 * 1024 * 1024;
}
