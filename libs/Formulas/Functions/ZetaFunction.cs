namespace ModelManager.Formulas;

/// <summary>Riemann's zeta function of a real argument.</summary>
/// <remarks>P. Borwein, An efficient algorithm for the Riemann zeta function (1995), algorithm 2; error below (3+sqrt 8)^-n.</remarks>
internal static class ZetaFunction
{
    private const int N = 26;
    private static readonly double[] Weights = MakeWeights();

    public static double Zeta(double s, ref FaultFlags flags)
    {
        if (double.IsNaN(s))
            return s;
        if (s == 1)
        {
            flags |= FaultFlags.DivisionByZero;
            return double.PositiveInfinity;
        }
        if (s > 60)
            return 1;
        if (s < 0)
        {
            if (Math.IEEERemainder(s, 2) == 0)
                return 0;
            return Math.Pow(2, s) * Math.Pow(Math.PI, s - 1) * Math.Sin(Math.PI * Math.IEEERemainder(s, 4) / 2) * GammaFamily.Gamma(1 - s, ref flags) * (s < -59 ? 1 : OnePlus(-s));
        }
        return OnePlus(s - 1);
    }

    // zeta(1 + d): the distance to the pole at 1 is what must not be rounded.
    private static double OnePlus(double d)
    {
        var none = FaultFlags.None;
        var s = 1 + d;
        var sum = 0.0;
        for (var k = N - 1; k >= 0; k--)
        {
            var term = (Weights[k] - Weights[N]) / Math.Pow(k + 1, s);
            sum += k % 2 == 0 ? term : -term;
        }
        return -sum / (Weights[N] * -Elementary.ExpM1(-d * Math.Log(2), ref none));
    }

    private static double[] MakeWeights()
    {
        var weights = new double[N + 1];
        double term = 1, sum = 0;                   // term = n * (n+i-1)! 4^i / ((n-i)! (2i)!)
        for (var i = 0; i <= N; i++)
        {
            if (i > 0)
                term *= (double)(N + i - 1) * (N - i + 1) * 4 / ((2.0 * i) * (2 * i - 1));
            sum += term;
            weights[i] = sum;
        }
        return weights;
    }
}
