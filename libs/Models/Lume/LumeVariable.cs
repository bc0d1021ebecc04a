using System.Globalization;

namespace ModelManager.Models.Lume;

/// <summary>What happens when a value is out of range.</summary>
internal enum Validation : byte { None, Warn, Error }

/// <summary>One input or output of a lume model, and how its values are checked.</summary>
/// <remarks>lume-model <c>variables.py</c>, ScalarVariable: in range = low &lt;= v &lt;= high, or within the absolute tolerance of a border; a constant is compared with its default; NaN is never in range.</remarks>
internal sealed record LumeVariable(string Name, double? Default, double Low, double High, double Tolerance, bool IsConstant, string Unit, Validation Validation)
{
    public const double DefaultTolerance = 1e-8;

    public bool HasRange => !double.IsNegativeInfinity(Low) || !double.IsPositiveInfinity(High);

    public bool Accepts(double value)
    {
        if (IsConstant && Default is { } constant)
            return Near(value, constant);
        return (Low <= value && value <= High) || Near(value, Low) || Near(value, High);
    }

    /// <summary>What is wrong with a value that is not accepted.</summary>
    public string Complaint(double value)
    {
        if (double.IsNaN(value))
            return $"Value NaN of '{Name}' is not a number.";
        return IsConstant
            ? $"Value ({Show(value)}) of '{Name}' differs from its constant {Show(Default ?? double.NaN)}."
            : $"Value ({Show(value)}) of '{Name}' is out of valid range: ([{Show(Low)},{Show(High)}]).";
    }

    private bool Near(double value, double border) => value == border || Math.Abs(value - border) <= Tolerance;

    private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
