namespace ModelManager.Formulas;

/// <summary>Why an evaluation has no usable value. The formula itself is fine; these inputs are not.</summary>
public enum FormulaFault : byte
{
    /// <summary>The result is a number (perhaps NaN or an infinity that came from an input).</summary>
    None = 0,

    /// <summary>A scalar pole: <c>x/0</c>, <c>0**-1</c>, <c>Mod(x, 0)</c>. Array elements become inf or NaN instead.</summary>
    DivisionByZero = 1,

    /// <summary>A scalar result with an imaginary part. Array elements become NaN instead.</summary>
    Complex = 2,

    /// <summary>Arrays whose shapes do not broadcast together.</summary>
    Shape = 3,

    /// <summary>The function has no value there: <c>gamma(-1)</c>, <c>factorial(-1)</c>.</summary>
    Undefined = 4,

    /// <summary>The work these inputs ask for is over a bound (terms of a sum whose bounds are inputs, size of an outer product).</summary>
    Limit = 5,
}

/// <summary>Names of faults as tools and reports spell them.</summary>
public static class FormulaFaults
{
    /// <summary>The category name: <c>division-by-zero</c>, <c>complex</c>, <c>shape</c>, <c>undefined</c>, <c>limit</c>; empty for <see cref="FormulaFault.None"/>.</summary>
    public static string CategoryName(this FormulaFault fault) => fault switch
    {
        FormulaFault.None => "",
        FormulaFault.DivisionByZero => "division-by-zero",
        FormulaFault.Complex => "complex",
        FormulaFault.Shape => "shape",
        FormulaFault.Undefined => "undefined",
        FormulaFault.Limit => "limit",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "not a fault of a formula"),
    };
}
