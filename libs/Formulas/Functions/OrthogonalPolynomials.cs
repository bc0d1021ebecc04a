namespace ModelManager.Formulas;

/// <summary>Classical polynomials by their three-term recurrences, for integer degrees up to 1,000.</summary>
internal static class OrthogonalPolynomials
{
    private const int MaxDegree = 1000;

    public static double Legendre(double n, double x, ref FaultFlags flags)
    {
        if (!Degree(n, ref flags))
            return double.NaN;
        double previous = 1, current = x;
        for (var k = 1; k < n; k++)
            (previous, current) = (current, ((2 * k + 1) * x * current - k * previous) / (k + 1));
        return n == 0 ? 1 : current;
    }

    public static double ChebyshevT(double n, double x, ref FaultFlags flags) => Chebyshev(n, x, x, ref flags);

    public static double ChebyshevU(double n, double x, ref FaultFlags flags) => Chebyshev(n, x, 2 * x, ref flags);

    public static double Hermite(double n, double x, ref FaultFlags flags)
    {
        if (!Degree(n, ref flags))
            return double.NaN;
        double previous = 1, current = 2 * x;
        for (var k = 1; k < n; k++)
            (previous, current) = (current, 2 * x * current - 2 * k * previous);
        return n == 0 ? 1 : current;
    }

    public static double Laguerre(double n, double x, ref FaultFlags flags)
    {
        if (!Degree(n, ref flags))
            return double.NaN;
        double previous = 1, current = 1 - x;
        for (var k = 1; k < n; k++)
            (previous, current) = (current, ((2 * k + 1 - x) * current - k * previous) / (k + 1));
        return n == 0 ? 1 : current;
    }

    public static double Gegenbauer(double n, double a, double x, ref FaultFlags flags)
    {
        if (!Degree(n, ref flags))
            return double.NaN;
        double previous = 1, current = 2 * a * x;
        for (var k = 2; k <= n; k++)
            (previous, current) = (current, (2 * x * (k + a - 1) * current - (k + 2 * a - 2) * previous) / k);
        return n == 0 ? 1 : current;
    }

    private static double Chebyshev(double n, double x, double first, ref FaultFlags flags)
    {
        if (!Degree(n, ref flags))
            return double.NaN;
        double previous = 1, current = first;
        for (var k = 1; k < n; k++)
            (previous, current) = (current, 2 * x * current - previous);
        return n == 0 ? 1 : current;
    }

    private static bool Degree(double n, ref FaultFlags flags)
    {
        if (n == Math.Floor(n) && n is >= 0 and <= MaxDegree)
            return true;
        flags |= n > MaxDegree ? FaultFlags.Limit : FaultFlags.Undefined;
        return false;
    }
}
