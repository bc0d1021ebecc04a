using MathNet.Numerics;

namespace ModelManager.Formulas;

/// <summary>The error function, its complement, imaginary twin and inverses; Lambert's W.</summary>
internal static class ErrorFunctions
{
    private const double TwoOverSqrtPi = 1.1283791670955126;

    public static double Erf(double x, ref FaultFlags flags) => SpecialFunctions.Erf(x);
    public static double Erfc(double x, ref FaultFlags flags) => SpecialFunctions.Erfc(x);

    public static double Erf2(double x, double y, ref FaultFlags flags) => Erf(y, ref flags) - Erf(x, ref flags);

    /// <summary>The series of all-positive terms: no cancellation at any argument.</summary>
    public static double Erfi(double x, ref FaultFlags flags)
    {
        if (Math.Abs(x) > 27)
            return x * double.PositiveInfinity;
        var square = x * x;
        double power = x, sum = x;
        for (var n = 1; n < 3000; n++)
        {
            power *= square / n;
            var term = power / (2 * n + 1);
            sum += term;
            if (Math.Abs(term) <= 1e-17 * Math.Abs(sum))
                break;
        }
        return TwoOverSqrtPi * sum;
    }

    public static double ErfInv(double x, ref FaultFlags flags)
    {
        if (x is < -1 or > 1)
        {
            flags.RaiseComplex();
            return double.NaN;
        }
        if (x is 1 or -1)
            return x * double.PositiveInfinity;
        if (x == 0 || double.IsNaN(x))
            return x;
        var y = SpecialFunctions.ErfInv(x);
        // Newton on the smaller tail keeps full relative accuracy.
        for (var i = 0; i < 2; i++)
        {
            var error = Math.Abs(x) < 0.5 ? Erf(y, ref flags) - x : x > 0 ? (1 - x) - Erfc(y, ref flags) : Erfc(-y, ref flags) - (1 + x);
            y -= error / (TwoOverSqrtPi * Math.Exp(-y * y));
        }
        return y;
    }

    public static double ErfcInv(double x, ref FaultFlags flags)
    {
        if (x is < 0 or > 2)
        {
            flags.RaiseComplex();
            return double.NaN;
        }
        return x > 0.5 ? ErfInv(1 - x, ref flags) : SpecialFunctions.ErfcInv(x);
    }

    public static double LambertW(double x, ref FaultFlags flags) => LambertW(x, 0, ref flags);

    /// <summary>The real branches 0 and -1 of w*exp(w) = x, by Halley's iteration.</summary>
    public static double LambertW(double x, double branch, ref FaultFlags flags)
    {
        const double BranchPoint = -0.36787944117144233;
        if (double.IsNaN(x))
            return x;
        if (branch is not (0 or -1) || x < BranchPoint || (branch == -1 && x >= 0))
        {
            if (branch == -1 && x == 0)
                flags |= FaultFlags.Undefined;
            else
                flags.RaiseComplex();
            return double.NaN;
        }
        if (x == 0 || double.IsPositiveInfinity(x))
            return x;
        var p = Math.Sqrt(Math.Max(0, 2 * (Math.E * x + 1)));
        double w;
        if (branch == -1)
            w = x > -0.25 ? Math.Log(-x) - Math.Log(-Math.Log(-x)) : -1 - p - p * p / 3;
        else
            w = x < -0.25 ? -1 + p - p * p / 3 : x < 1 ? x * (1 - x + 1.5 * x * x) / (1 + x * x) : Math.Log(x) - (x > 3 ? Math.Log(Math.Log(x)) : 0);
        if (p < 1e-6)
            return w;
        if (x > 1e100)
        {
            // Halley's terms overflow there; w + log(w) = log(x) does not.
            for (var i = 0; i < 5; i++)
                w -= (w + Math.Log(w) - Math.Log(x)) / (1 + 1 / w);
            return w;
        }
        for (var i = 0; i < 30; i++)
        {
            var e = Math.Exp(w);
            var f = w * e - x;
            var step = f / (e * (w + 1) - (w + 2) * f / (2 * w + 2));
            w -= step;
            if (Math.Abs(step) <= 1e-15 * Math.Abs(w))
                break;
        }
        return w;
    }
}
