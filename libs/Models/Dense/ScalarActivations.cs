using System.Numerics;
using MathNet.Numerics;

namespace ModelManager.Models.Dense;

/// <summary>Activations whose functions have no vector form here; computed in double whatever the precision.</summary>
internal static unsafe class ScalarActivations
{
    private const double InverseRootOfTwo = 0.70710678118654752440;

    /// <summary>x Φ(x). By erfc, which keeps its digits where 1 + erf cancels.</summary>
    public static void Gelu<T>(T* x, nint count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (nint i = 0; i < count; i++)
        {
            var v = double.CreateTruncating(x[i]);
            x[i] = T.CreateTruncating(double.IsNegativeInfinity(v) ? double.NaN : 0.5 * v * SpecialFunctions.Erfc(-v * InverseRootOfTwo));
        }
    }

    /// <summary>log(1 + exp(beta x)) / beta, and x itself where beta x exceeds the threshold.</summary>
    public static void Softplus<T>(T* x, nint count, double beta, double threshold) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (nint i = 0; i < count; i++)
        {
            var v = double.CreateTruncating(x[i]);
            x[i] = beta * v > threshold ? x[i] : T.CreateTruncating(LogOnePlus(Math.Exp(beta * v)) / beta);
        }
    }

    // Kahan: the rounding of 1 + v cancels between the logarithm and the divisor.
    private static double LogOnePlus(double v)
    {
        var sum = 1 + v;
        return sum == 1 || double.IsInfinity(sum) ? v : Math.Log(sum) * v / (sum - 1);
    }
}
