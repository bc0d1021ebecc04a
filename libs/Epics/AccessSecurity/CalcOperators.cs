namespace ModelManager.Epics.AccessSecurity;

/// <summary>The tables of calc expressions.</summary>
internal static class CalcOperators
{
    /// <param name="Priority">Higher binds tighter; all are left-associative, ^ too.</param>
    public sealed record Binary(string Name, int Priority, Func<double, double, double> Operation);

    /// <param name="MaxArguments">More than one needs parentheses.</param>
    public sealed record Function(string Name, int MinArguments, int MaxArguments, Func<double[], double> Operation);

    public const int HighestPriority = 6;

    // Longer names before their beginnings.
    public static readonly Binary[] Binaries =
    [
        new(">>>", 2, (a, b) => ToUInt(a) >> (int)(ToUInt(b) & 31)),
        new("&&", 2, (a, b) => Truth(a != 0 && b != 0)),
        new("||", 1, (a, b) => Truth(a != 0 || b != 0)),
        new("**", 6, Math.Pow),
        new("<<", 2, (a, b) => ToInt(a) << (ToInt(b) & 31)),
        new(">>", 2, (a, b) => ToInt(a) >> (ToInt(b) & 31)),
        new("!=", 3, (a, b) => Truth(a != b)),
        new("==", 3, (a, b) => Truth(a == b)),
        new("<=", 3, (a, b) => Truth(a <= b)),
        new(">=", 3, (a, b) => Truth(a >= b)),
        new("#", 3, (a, b) => Truth(a != b)),
        new("=", 3, (a, b) => Truth(a == b)),
        new("<", 3, (a, b) => Truth(a < b)),
        new(">", 3, (a, b) => Truth(a > b)),
        new("%", 5, Modulo),
        new("&", 2, (a, b) => ToInt(a) & ToInt(b)),
        new("|", 1, (a, b) => ToInt(a) | ToInt(b)),
        new("*", 5, (a, b) => a * b),
        new("/", 5, (a, b) => a / b),
        new("+", 4, (a, b) => a + b),
        new("-", 4, (a, b) => a - b),
        new("^", 6, Math.Pow),
        new("AND", 2, (a, b) => ToInt(a) & ToInt(b)),
        new("XOR", 1, (a, b) => ToInt(a) ^ ToInt(b)),
        new("OR", 1, (a, b) => ToInt(a) | ToInt(b)),
    ];

    public static readonly Function[] Functions =
    [
        new("!", 1, 1, v => Truth(v[0] == 0)),
        new("~", 1, 1, v => ~ToInt(v[0])),
        new("-", 1, 1, v => -v[0]),
        new("ATAN2", 2, 2, v => Math.Atan2(v[1], v[0])),        // EPICS has the arguments the other way round
        new("FINITE", 1, 12, v => Truth(v.All(double.IsFinite))),
        new("FLOOR", 1, 1, v => Math.Floor(v[0])),
        new("ISINF", 1, 1, v => Truth(double.IsInfinity(v[0]))),
        new("ISNAN", 1, 12, v => Truth(v.Any(double.IsNaN))),
        new("ACOS", 1, 1, v => Math.Acos(v[0])),
        new("ASIN", 1, 1, v => Math.Asin(v[0])),
        new("ATAN", 1, 1, v => Math.Atan(v[0])),
        new("CEIL", 1, 1, v => Math.Ceiling(v[0])),
        new("COSH", 1, 1, v => Math.Cosh(v[0])),
        new("FMOD", 2, 2, v => v[0] % v[1]),
        new("LOGE", 1, 1, v => Math.Log(v[0])),
        new("NINT", 1, 1, v => ToIntTruncated(v[0] >= 0 ? v[0] + 0.5 : v[0] - 0.5)),
        new("SINH", 1, 1, v => Math.Sinh(v[0])),
        new("SQRT", 1, 1, v => Math.Sqrt(v[0])),
        new("TANH", 1, 1, v => Math.Tanh(v[0])),
        new("ABS", 1, 1, v => Math.Abs(v[0])),
        new("COS", 1, 1, v => Math.Cos(v[0])),
        new("EXP", 1, 1, v => Math.Exp(v[0])),
        new("LOG", 1, 1, v => Math.Log10(v[0])),
        new("MAX", 1, 12, v => Extreme(v, (a, b) => a < b)),
        new("MIN", 1, 12, v => Extreme(v, (a, b) => a > b)),
        new("NOT", 1, 1, v => ~ToInt(v[0])),
        new("SIN", 1, 1, v => Math.Sin(v[0])),
        new("SQR", 1, 1, v => Math.Sqrt(v[0])),
        new("TAN", 1, 1, v => Math.Tan(v[0])),
        new("LN", 1, 1, v => Math.Log(v[0])),
    ];

    public static readonly (string Name, double Value)[] Constants =
    [
        ("D2R", Math.PI / 180), ("R2D", 180 / Math.PI), ("INF", double.PositiveInfinity), ("NAN", double.NaN), ("PI", Math.PI),
    ];

    private static double Truth(bool value) => value ? 1 : 0;

    // Negative numbers by way of signed, positive ones by way of unsigned 32 bit, so that masks like 0xFFFFFFFF keep their bits.
    private static int ToInt(double value) => value < 0 ? ToIntTruncated(value) : unchecked((int)ToUIntTruncated(value));

    private static uint ToUInt(double value) => unchecked((uint)ToInt(value));

    private static int ToIntTruncated(double value) => double.IsNaN(value) ? int.MinValue : unchecked((int)(long)Math.Clamp(value, long.MinValue / 2, long.MaxValue / 2));

    private static uint ToUIntTruncated(double value) => double.IsNaN(value) ? 0 : unchecked((uint)(long)Math.Clamp(value, long.MinValue / 2, long.MaxValue / 2));

    private static double Modulo(double left, double right)
    {
        var divisor = ToIntTruncated(right);
        return divisor switch
        {
            0 => double.NaN,
            -1 => 0,
            _ => ToIntTruncated(left) % divisor,
        };
    }

    private static double Extreme(double[] values, Func<double, double, bool> replaces)
    {
        var extreme = values[^1];
        for (var i = values.Length - 2; i >= 0; i--)
            extreme = replaces(values[i], extreme) || double.IsNaN(extreme) ? extreme : values[i];
        return extreme;
    }
}
