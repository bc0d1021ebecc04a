namespace ModelManager.Formulas;

/// <summary>Rounding, order and parts of a number.</summary>
internal static class Rounding
{
    public static double Floor(double x, ref FaultFlags flags) => Math.Floor(x);
    public static double Ceiling(double x, ref FaultFlags flags) => Math.Ceiling(x);
    public static double Frac(double x, ref FaultFlags flags) => x - Math.Floor(x);
    public static double Truncate(double x, ref FaultFlags flags) => Math.Truncate(x);
    public static double Rint(double x, ref FaultFlags flags) => Math.Round(x, MidpointRounding.ToEven);
    public static double Round(double x, double digits, ref FaultFlags flags) =>
        digits is >= 0 and <= 15 ? Math.Round(x, (int)digits, MidpointRounding.ToEven) : Math.Round(x * Math.Pow(10, digits), MidpointRounding.ToEven) / Math.Pow(10, digits);
    public static double Abs(double x, ref FaultFlags flags) => Math.Abs(x);
    public static double Sign(double x, ref FaultFlags flags) => x > 0 ? 1 : x < 0 ? -1 : x == 0 ? 0 : double.NaN;
    public static double Max(double x, double y, ref FaultFlags flags) => Math.Max(x, y);
    public static double Min(double x, double y, ref FaultFlags flags) => Math.Min(x, y);
    public static double Zero(double x, ref FaultFlags flags) => double.IsNaN(x) ? x : 0;
    public static double Arg(double x, ref FaultFlags flags) => x < 0 ? Math.PI : double.IsNaN(x) ? x : 0;
    public static double Heaviside(double x, ref FaultFlags flags) => Heaviside(x, 0.5, ref flags);
    public static double Heaviside(double x, double atZero, ref FaultFlags flags) => x > 0 ? 1 : x < 0 ? 0 : x == 0 ? atZero : double.NaN;
    public static double Clip(double x, double low, double high, ref FaultFlags flags) => Math.Min(Math.Max(x, low), high);
    public static double Kronecker(double x, double y, ref FaultFlags flags) => x == y ? 1 : 0;
    public static double CopySign(double x, double y, ref FaultFlags flags) => Math.CopySign(x, y);

    /// <summary>C's remainder, with the sign of the dividend (numpy's fmod).</summary>
    public static double FMod(double x, double y, ref FaultFlags flags)
    {
        if (y == 0)
            flags |= FaultFlags.DivisionByZero;
        return x % y;
    }

    /// <summary>0 off 0; at 0 there is no value.</summary>
    public static double DiracDelta(double x, ref FaultFlags flags)
    {
        if (x != 0)
            return double.IsNaN(x) ? x : 0;
        flags |= FaultFlags.Undefined;
        return double.NaN;
    }
}
