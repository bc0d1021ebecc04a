using MathNet.Numerics;

namespace ModelManager.Formulas;

/// <summary>Bessel functions of real order. Negative arguments are real for integer orders of J and I only.</summary>
internal static class BesselFunctions
{
    private const double Far = 1e8;

    public static double J(double order, double x, ref FaultFlags flags) => x >= 0 ? Safe(FarJ, order, x, ref flags) : Reflected(FarJ, order, x, ref flags);

    public static double I(double order, double x, ref FaultFlags flags) => x >= 0 ? Safe(SpecialFunctions.BesselI, order, x, ref flags) : Reflected(SpecialFunctions.BesselI, order, x, ref flags);

    public static double Y(double order, double x, ref FaultFlags flags) => x > 0 ? Safe(FarY, order, x, ref flags) : AtOrBelowZero(x, double.NegativeInfinity, ref flags);

    public static double K(double order, double x, ref FaultFlags flags) => x > 0 ? Safe(SpecialFunctions.BesselK, order, x, ref flags) : AtOrBelowZero(x, double.PositiveInfinity, ref flags);

    /// <summary>Spherical: jn(n, x) = sqrt(pi/(2x)) J(n + 1/2, x).</summary>
    public static double SphericalJ(double order, double x, ref FaultFlags flags)
    {
        if (x == 0)
            return order == 0 ? 1 : 0;
        if (x < 0 && order == Math.Floor(order))
            return (order % 2 == 0 ? 1 : -1) * SphericalJ(order, -x, ref flags);
        return Math.Sqrt(Math.PI / (2 * x)) * J(order + 0.5, x, ref flags);
    }

    public static double SphericalY(double order, double x, ref FaultFlags flags) => Math.Sqrt(Math.PI / (2 * x)) * Y(order + 0.5, x, ref flags);

    private static double FarJ(double order, double x) => x > Far ? Hankel(order, x, 0) : SpecialFunctions.BesselJ(order, x);

    private static double FarY(double order, double x) => x > Far ? Hankel(order, x, 1) : SpecialFunctions.BesselY(order, x);

    // Abramowitz and Stegun 9.2.5 and 9.2.6 with three terms: beyond Far and up to the bound on the order, the rest is below 1e-12. Y is J a quarter turn on.
    private static double Hankel(double order, double x, int quarterTurns)
    {
        var mu = 4 * order * order;
        var q = (mu - 1) / (8 * x);
        var p = 1 - q * (mu - 9) / (16 * x);
        var angle = Math.PI * (order / 2 + 0.25 + quarterTurns / 2.0);
        var (sine, cosine) = Math.SinCos(x);
        var (turnSine, turnCosine) = Math.SinCos(angle);
        return Math.Sqrt(2 / (Math.PI * x)) * (p * (cosine * turnCosine + sine * turnSine) - q * (sine * turnCosine - cosine * turnSine));
    }

    private static double Reflected(Func<double, double, double> function, double order, double x, ref FaultFlags flags)
    {
        if (double.IsNaN(x))
            return x;
        if (order != Math.Floor(order))
        {
            flags.RaiseComplex();
            return double.NaN;
        }
        var value = Safe(function, order, -x, ref flags);
        return order % 2 == 0 ? value : -value;
    }

    private static double AtOrBelowZero(double x, double atZero, ref FaultFlags flags)
    {
        if (double.IsNaN(x) || x == 0)
            return x == 0 ? atZero : x;
        flags.RaiseComplex();
        return double.NaN;
    }

    // The library recurs over the order: a bound keeps an order read from a PV from costing seconds.
    private static double Safe(Func<double, double, double> function, double order, double x, ref FaultFlags flags)
    {
        if (double.IsNaN(order) || double.IsNaN(x))
            return double.NaN;
        if (Math.Abs(order) > 1000)
        {
            flags |= FaultFlags.Limit;
            return double.NaN;
        }
        if (double.IsInfinity(x))
            return function == SpecialFunctions.BesselI ? x : 0;
        return function(order, x);
    }
}
