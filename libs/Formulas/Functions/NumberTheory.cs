using System.Numerics;

namespace ModelManager.Formulas;

/// <summary>Functions of integers; an argument that is none has no value there.</summary>
internal static class NumberTheory
{
    private const int MaxIndex = 10_000;

    public static double Fibonacci(double n, ref FaultFlags flags) => Recurrence(n, 0, 1, ref flags);
    public static double Lucas(double n, ref FaultFlags flags) => Recurrence(n, 2, 1, ref flags);

    public static double Harmonic(double n, ref FaultFlags flags)
    {
        if (n == Math.Floor(n) && n is >= 0 and <= MaxIndex)
        {
            var sum = 0.0;
            for (var k = n; k >= 1; k--)
                sum += 1 / k;
            return sum;
        }
        return GammaFamily.Digamma(n + 1, ref flags) + Constants.EulerGamma;
    }

    public static double Harmonic(double n, double power, ref FaultFlags flags)
    {
        if (!Index(n, ref flags))
            return double.NaN;
        var sum = 0.0;
        for (var k = n; k >= 1; k--)
            sum += Math.Pow(k, -power);
        return sum;
    }

    /// <summary>Bernoulli's numbers with B(1) = +1/2, by exact recurrence.</summary>
    public static double Bernoulli(double n, ref FaultFlags flags)
    {
        if (!Index(n, ref flags) || n > 200)
        {
            flags |= n > 200 ? FaultFlags.Limit : FaultFlags.None;
            return double.NaN;
        }
        // Akiyama-Tanigawa.
        var row = new Rational[(int)n + 1];
        for (var m = 0; m <= (int)n; m++)
        {
            row[m] = new Rational(1, m + 1);
            for (var j = m; j >= 1; j--)
                row[j - 1] = j * (row[j - 1] - row[j]);
        }
        return row[0].ToDouble();
    }

    public static double Prime(double n, ref FaultFlags flags)
    {
        if (!Index(n, ref flags))
            return double.NaN;
        if (n < 1)
        {
            flags |= FaultFlags.Undefined;
            return double.NaN;
        }
        var found = 0;
        for (var candidate = 2; ; candidate++)
            if (IsPrime(candidate) && ++found == (int)n)
                return candidate;
    }

    public static double IsPrime(double n, ref FaultFlags flags) => n == Math.Floor(n) && n >= 2 && double.IsFinite(n) && (n < 1e8 ? IsPrime((long)n) : IsPrime(new BigInteger(n))) ? 1 : 0;

    public static double Gcd(double a, double b, ref FaultFlags flags) =>
        Integers(a, b, ref flags) ? new Rational(BigInteger.GreatestCommonDivisor(new(a), new(b))).ToDouble() : double.NaN;

    public static double Lcm(double a, double b, ref FaultFlags flags)
    {
        if (!Integers(a, b, ref flags))
            return double.NaN;
        return a == 0 || b == 0 ? 0 : Math.Abs(a / Gcd(a, b, ref flags) * b);
    }

    private static bool Integers(double a, double b, ref FaultFlags flags)
    {
        if (double.IsInteger(a) && double.IsInteger(b))
            return true;
        flags |= FaultFlags.Undefined;
        return false;
    }

    private static bool IsPrime(long n)
    {
        if (n < 4)
            return n >= 2;
        if (n % 2 == 0)
            return false;
        for (var d = 3L; d * d <= n; d += 2)
            if (n % d == 0)
                return false;
        return true;
    }

    // Miller and Rabin with the first twelve primes: no composite below 3.3e24 passes (Sorenson and Webster 2015), and a larger double is a multiple of 2**29.
    private static bool IsPrime(BigInteger n)
    {
        if (n.IsEven)
            return false;
        var odd = n - 1;
        var twos = 0;
        for (; odd.IsEven; twos++)
            odd >>= 1;
        foreach (var witness in (ReadOnlySpan<int>)[2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37])
        {
            var power = BigInteger.ModPow(witness, odd, n);
            for (var i = 0; i < twos && !power.IsOne && power != n - 1; i++)
                power = i == twos - 1 ? BigInteger.Zero : power * power % n;
            if (!power.IsOne && power != n - 1)
                return false;
        }
        return true;
    }

    private static double Recurrence(double n, double first, double second, ref FaultFlags flags)
    {
        if (!Index(n, ref flags))
            return double.NaN;
        for (var i = 0; i < n; i++)
            (first, second) = (second, first + second);
        return first;
    }

    private static bool Index(double n, ref FaultFlags flags)
    {
        if (n == Math.Floor(n) && n is >= 0 and <= MaxIndex)
            return true;
        flags |= n > MaxIndex ? FaultFlags.Limit : FaultFlags.Undefined;
        return false;
    }
}
