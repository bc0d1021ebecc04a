namespace ModelManager.Formulas;

/// <summary>Exponentials, trigonometry and hyperbolics on the real line.</summary>
/// <remarks>Reciprocal functions are one over their partner, as SymPy prints them for numpy.</remarks>
internal static class Elementary
{
    public static double Identity(double x, ref FaultFlags flags) => x;
    public static double Exp(double x, ref FaultFlags flags) => Math.Exp(x);

    public static double Log(double x, ref FaultFlags flags)
    {
        if (x < 0)
            flags.RaiseComplex();
        else if (x == 0)
            flags |= FaultFlags.Pole;
        return Math.Log(x);
    }

    public static double Log(double x, double basis, ref FaultFlags flags) => Arithmetic.Divide(Log(x, ref flags), Log(basis, ref flags), ref flags);

    public static double Log10(double x, ref FaultFlags flags)
    {
        if (x < 0)
            flags.RaiseComplex();
        return Math.Log10(x);
    }

    public static double Log2(double x, ref FaultFlags flags)
    {
        if (x < 0)
            flags.RaiseComplex();
        return Math.Log2(x);
    }

    // Kahan's trick: the rounding of 1+x cancels.
    public static double Log1P(double x, ref FaultFlags flags)
    {
        if (x < -1)
            return Outside(ref flags);
        var u = 1 + x;
        return u == 1 ? x : double.IsInfinity(u) ? u : Math.Log(u) * (x / (u - 1));
    }

    public static double ExpM1(double x, ref FaultFlags flags)
    {
        if (Math.Abs(x) < 1e-5)
            return x + x * x / 2 + x * x * x / 6;
        var u = Math.Exp(x);
        return u == 1 ? x : double.IsInfinity(u) || u - 1 == -1 ? u - 1 : Math.Abs(x) > 1 ? u - 1 : 2 * Math.Sinh(x / 2) * Math.Exp(x / 2);
    }

    public static double Exp2(double x, ref FaultFlags flags) => Math.Pow(2, x);

    public static double Sin(double x, ref FaultFlags flags) => Math.Sin(x);
    public static double Cos(double x, ref FaultFlags flags) => Math.Cos(x);
    public static double Tan(double x, ref FaultFlags flags) => Math.Tan(x);
    public static double Cot(double x, ref FaultFlags flags) => Arithmetic.Inverse(Math.Tan(x), ref flags);
    public static double Sec(double x, ref FaultFlags flags) => Arithmetic.Inverse(Math.Cos(x), ref flags);
    public static double Csc(double x, ref FaultFlags flags) => Arithmetic.Inverse(Math.Sin(x), ref flags);

    public static double Asin(double x, ref FaultFlags flags) => Bounded(Math.Asin(x), x, ref flags);
    public static double Acos(double x, ref FaultFlags flags) => Bounded(Math.Acos(x), x, ref flags);
    public static double Atan(double x, ref FaultFlags flags) => Math.Atan(x);
    public static double Acot(double x, ref FaultFlags flags) => x == 0 ? Math.PI / 2 : Math.Atan(1 / x);
    public static double Asec(double x, ref FaultFlags flags) => Acos(Arithmetic.Inverse(x, ref flags), ref flags);
    public static double Acsc(double x, ref FaultFlags flags) => Asin(Arithmetic.Inverse(x, ref flags), ref flags);
    public static double Atan2(double y, double x, ref FaultFlags flags) => Math.Atan2(y, x);

    public static double Sinh(double x, ref FaultFlags flags) => Math.Sinh(x);
    public static double Cosh(double x, ref FaultFlags flags) => Math.Cosh(x);
    public static double Tanh(double x, ref FaultFlags flags) => Math.Tanh(x);
    public static double Coth(double x, ref FaultFlags flags) => Arithmetic.Inverse(Math.Tanh(x), ref flags);
    public static double Sech(double x, ref FaultFlags flags) => 1 / Math.Cosh(x);
    public static double Csch(double x, ref FaultFlags flags) => Arithmetic.Inverse(Math.Sinh(x), ref flags);

    public static double Asinh(double x, ref FaultFlags flags) => Math.Asinh(x);
    public static double Acosh(double x, ref FaultFlags flags) => Bounded(Math.Acosh(x), x, ref flags);
    public static double Atanh(double x, ref FaultFlags flags) => Bounded(Math.Atanh(x), x, ref flags);
    public static double Acoth(double x, ref FaultFlags flags) => x == 0 ? Outside(ref flags) : Atanh(1 / x, ref flags);
    public static double Asech(double x, ref FaultFlags flags) => x == 0 ? double.PositiveInfinity : Acosh(1 / x, ref flags);
    public static double Acsch(double x, ref FaultFlags flags) => Math.Asinh(Arithmetic.Inverse(x, ref flags));

    public static double Cbrt(double x, ref FaultFlags flags)
    {
        // The principal root of a negative number is complex: cbrt(-8) is 1 + sqrt(3)*I, not -2.
        if (x < 0)
            return Outside(ref flags);
        return Math.Cbrt(x);
    }

    public static double Root(double x, double n, ref FaultFlags flags) =>
        n switch
        {
            2 => Arithmetic.Sqrt(x, ref flags),
            3 => Cbrt(x, ref flags),
            _ => Arithmetic.Power(x, Arithmetic.Inverse(n, ref flags), ref flags),
        };

    /// <summary>The real root where there is one: real_root(-8, 3) = -2.</summary>
    public static double RealRoot(double x, double n, ref FaultFlags flags) =>
        x < 0 && Math.IEEERemainder(n, 2) is 1 or -1 ? -Root(-x, n, ref flags) : Root(x, n, ref flags);

    public static double Sinc(double x, ref FaultFlags flags) => x == 0 ? 1 : Math.Sin(x) / x;
    public static double Radians(double x, ref FaultFlags flags) => x * (Math.PI / 180);
    public static double Degrees(double x, ref FaultFlags flags) => x * (180 / Math.PI);

    public static double Hypot(double x, double y, ref FaultFlags flags)
    {
        (x, y) = (Math.Abs(x), Math.Abs(y));
        var (large, small) = x > y ? (x, y) : (y, x);
        if (double.IsInfinity(large) || large == 0)
            return large;
        var ratio = small / large;
        return large * Math.Sqrt(1 + ratio * ratio);
    }

    private static double Bounded(double value, double argument, ref FaultFlags flags)
    {
        if (double.IsNaN(value) && !double.IsNaN(argument))
            flags.RaiseComplex();
        return value;
    }

    private static double Outside(ref FaultFlags flags)
    {
        flags.RaiseComplex();
        return double.NaN;
    }
}
