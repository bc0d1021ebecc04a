using MathNet.Numerics;

namespace ModelManager.Formulas;

/// <summary>Gamma and what is made of it. Poles set the division flag: SymPy calls them complex infinity.</summary>
internal static class GammaFamily
{
    private static readonly double[] BernoulliNumbers = [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510];
    private static readonly double[] Factorials = MakeFactorials();

    public static double Gamma(double x, ref FaultFlags flags)
    {
        if (x == Math.Floor(x))
        {
            if (x <= 0)
                return double.IsNegativeInfinity(x) ? double.NaN : Pole(ref flags);
            return x <= Factorials.Length ? Factorials[(int)x - 1] : double.PositiveInfinity;
        }
        if (double.IsNaN(x))
            return x;
        if (x < 0.5)
            return Math.PI / (SinPi(x) * Gamma(1 - x, ref flags));
        if (x > 171.7)
            return double.PositiveInfinity;
        // Towards (1, 2], where the approximation is best; each step costs one rounding.
        return x > 20 ? LargeGamma(x) : SpecialFunctions.Gamma(x);
    }

    public static double LogGamma(double x, ref FaultFlags flags)
    {
        if (x == 0 || (x < 0 && x == Math.Floor(x)))
            return double.PositiveInfinity;
        if (x < 0)
        {
            flags.RaiseComplex();
            return double.NaN;
        }
        if (x > 0.5 && x < 2.5)
            return NearOneAndTwo(x);
        return SpecialFunctions.GammaLn(x);
    }

    public static double Digamma(double x, ref FaultFlags flags) =>
        x <= 0 && x == Math.Floor(x) ? Pole(ref flags) : Polygamma(0, x, ref flags);

    /// <summary>The n-th derivative of digamma: recurrence to x >= 20, then the asymptotic series (Abramowitz and Stegun 6.4.11).</summary>
    public static double Polygamma(double n, double x, ref FaultFlags flags)
    {
        if (double.IsNaN(n) || double.IsNaN(x))
            return double.NaN;
        if (n < 0 || n > 100 || n != Math.Floor(n))
            return Undefined(ref flags);
        if (x <= 0 && x == Math.Floor(x))
            return Pole(ref flags);
        if (x < -1e5)
            return Undefined(ref flags);
        var sign = n % 2 == 0 ? -1.0 : 1.0;
        var factorial = Factorials[(int)n];
        var sum = 0.0;
        while (x < 20 + n)
        {
            sum += n == 0 ? -1 / x : sign * factorial / Math.Pow(x, n + 1);
            x += 1;
        }
        var bernoulli = BernoulliNumbers;
        if (n == 0)
        {
            sum += Math.Log(x) - 1 / (2 * x);
            for (var k = 0; k < bernoulli.Length; k++)
                sum -= bernoulli[k] / ((2 * k + 2) * Math.Pow(x, 2 * k + 2));
            return sum;
        }
        var tail = factorial / n / Math.Pow(x, n) + factorial / (2 * Math.Pow(x, n + 1));
        var ratio = factorial;                    // (2k+n-1)!/(2k)! step by step
        for (var k = 1; k <= bernoulli.Length; k++)
        {
            ratio = k == 1 ? factorial * (n + 1) / 2 : ratio * (2 * k + n - 1) * (2 * k + n - 2) / ((2.0 * k) * (2 * k - 1));
            tail += bernoulli[k - 1] * ratio / Math.Pow(x, 2 * k + n);
        }
        return sum + sign * tail;
    }

    public static double Trigamma(double x, ref FaultFlags flags) => Polygamma(1, x, ref flags);

    public static double Beta(double x, double y, ref FaultFlags flags)
    {
        if (x > 0 && y > 0 && x + y > 100)
            return Math.Exp(SpecialFunctions.GammaLn(x) + SpecialFunctions.GammaLn(y) - SpecialFunctions.GammaLn(x + y));
        if (x + y <= 0 && x + y == Math.Floor(x + y) && x != Math.Floor(x))
            return 0;
        return Gamma(x, ref flags) / Gamma(x + y, ref flags) * Gamma(y, ref flags);
    }

    public static double Factorial(double x, ref FaultFlags flags) => Gamma(x + 1, ref flags);

    public static double Factorial2(double x, ref FaultFlags flags)
    {
        if (x != Math.Floor(x) || x < -1)
            return Undefined(ref flags);
        if (x > 400)
            return double.PositiveInfinity;
        var product = 1.0;
        for (var k = x; k > 1; k -= 2)
            product *= k;
        return product;
    }

    public static double Binomial(double n, double k, ref FaultFlags flags)
    {
        if (k == Math.Floor(k))
        {
            if (k < 0)
                return 0;
            if (n == Math.Floor(n) && n >= 0 && n - k < k)
                k = n - k;
            if (k < 0)
                return 0;
            if (k <= 5000)
            {
                var product = 1.0;
                for (var i = 1; i <= k; i++)
                    product = product * (n - k + i) / i;
                return product;
            }
        }
        if (n > 170 && k > -1 && n - k > -1)
            return Math.Exp(SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(k + 1) - SpecialFunctions.GammaLn(n - k + 1));
        return Gamma(n + 1, ref flags) / Gamma(k + 1, ref flags) / Gamma(n - k + 1, ref flags);
    }

    /// <summary>x*(x+1)*...*(x+k-1).</summary>
    public static double Rising(double x, double k, ref FaultFlags flags) =>
        k == Math.Floor(k) && k is >= 0 and <= 5000 ? Run(x, k, 1) : Gamma(x + k, ref flags) / Gamma(x, ref flags);

    /// <summary>x*(x-1)*...*(x-k+1).</summary>
    public static double Falling(double x, double k, ref FaultFlags flags) =>
        k == Math.Floor(k) && k is >= 0 and <= 5000 ? Run(x, k, -1) : Gamma(x + 1, ref flags) / Gamma(x - k + 1, ref flags);

    public static double Catalan(double n, ref FaultFlags flags) => Binomial(2 * n, n, ref flags) / (n + 1);

    private static double Run(double x, double k, int step)
    {
        var product = 1.0;
        for (var i = 0; i < k; i++)
            product *= x + i * step;
        return product;
    }

    private static double LargeGamma(double x)
    {
        var down = x;
        var product = 1.0;
        while (down > 20)
        {
            down -= 1;
            product *= down;
        }
        return product * SpecialFunctions.Gamma(down);
    }

    // log(gamma) crosses 0 at 1 and 2, where the difference of large logarithms has no relative accuracy:
    // log(gamma(1+e)) = -euler*e + sum zeta(k)*(-e)**k/k.
    private static double NearOneAndTwo(double x)
    {
        if (x >= 1.5)
            return NearOneAndTwo(x - 1) + Math.Log(x - 1);
        var e = x - 1;
        if (Math.Abs(e) < 1e-300)
            return 0;
        var sum = -Constants.EulerGamma * e;
        var power = -e;
        var ignored = FaultFlags.None;
        for (var k = 2; k < 80; k++)
        {
            power *= -e;
            var term = ZetaFunction.Zeta(k, ref ignored) * power / k;
            sum += term;
            if (Math.Abs(term) < 1e-18 * Math.Abs(sum))
                break;
        }
        return sum;
    }

    private static double SinPi(double x)
    {
        var remainder = Math.IEEERemainder(x, 2);
        // Near an odd number sin(pi*x) is as small as the distance to it, not as the rounding of pi.
        return Math.Sin(Math.PI * (Math.Abs(remainder) > 0.5 ? Math.Sign(remainder) - remainder : remainder));
    }

    private static double Pole(ref FaultFlags flags)
    {
        flags |= FaultFlags.DivisionByZero;
        return double.NaN;
    }

    private static double Undefined(ref FaultFlags flags)
    {
        flags |= FaultFlags.Undefined;
        return double.NaN;
    }

    private static double[] MakeFactorials()
    {
        var table = new double[171];
        System.Numerics.BigInteger product = 1;
        for (var i = 0; i < table.Length; i++)
        {
            if (i > 0)
                product *= i;
            table[i] = new Rational(product).ToDouble();
        }
        return table;
    }
}
