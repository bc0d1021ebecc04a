using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelManager.Models.Dense;

/// <summary>exp and exp - 1 of a vector, to about one unit in the last place. Own code because the runtime's is a call per vector, and slow until the JIT has seen it often enough.</summary>
/// <remarks>x = n ln 2 + r with ln 2 in two parts (Cody and Waite), the Taylor series of exp(r) - 1 for |r| up to ln 2 / 2, times 2^n. Results below the smallest normal number are 0.</remarks>
internal static class Exponential<S, V, T>
    where S : struct, ISimd<V, T>
    where V : struct
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static bool IsDouble
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(double);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of(V x)
    {
        var (power, series) = Parts(x);
        return Limit(x, S.MultiplyAdd(power, series, power), T.Zero);
    }

    /// <summary>Keeps its digits near 0, where exp(x) - 1 would lose them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V MinusOne(V x)
    {
        var (power, series) = Parts(x);
        return Limit(x, S.MultiplyAdd(power, series, S.Subtract(power, S.Spread(T.One))), T.NegativeOne);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (V Power, V Series) Parts(V x)
    {
        var magic = Constant(IsDouble ? 6755399441055744.0 : 12582912.0);          // 1.5 * 2^52, 1.5 * 2^23: adding it rounds to an integer
        var shifted = S.MultiplyAdd(x, Constant(1.4426950408889634), magic);
        var n = S.Subtract(shifted, magic);
        var r = S.MultiplyAdd(n, Constant(IsDouble ? -6.93147180369123816490e-01 : -0.693359375), x);
        r = S.MultiplyAdd(n, Constant(IsDouble ? -1.90821492927058770002e-10 : 2.12194440e-4), r);
        V series;
        if (IsDouble)
        {
            series = S.MultiplyAdd(r, Constant(1.0 / 6227020800), Constant(1.0 / 479001600));
            series = S.MultiplyAdd(r, series, Constant(1.0 / 39916800));
            series = S.MultiplyAdd(r, series, Constant(1.0 / 3628800));
            series = S.MultiplyAdd(r, series, Constant(1.0 / 362880));
            series = S.MultiplyAdd(r, series, Constant(1.0 / 40320));
            series = S.MultiplyAdd(r, series, Constant(1.0 / 5040));
        }
        else
            series = Constant(1.0 / 5040);
        series = S.MultiplyAdd(r, series, Constant(1.0 / 720));
        series = S.MultiplyAdd(r, series, Constant(1.0 / 120));
        series = S.MultiplyAdd(r, series, Constant(1.0 / 24));
        series = S.MultiplyAdd(r, series, Constant(1.0 / 6));
        series = S.MultiplyAdd(r, series, Constant(0.5));
        return (S.PowerOfTwo(shifted), S.MultiplyAdd(S.Multiply(r, r), series, r));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Limit(V x, V value, T below)
    {
        value = S.IfGreater(Constant(IsDouble ? -708.0 : -87.0), x, S.Spread(below), value);
        return S.IfGreater(x, Constant(IsDouble ? 709.0 : 88.0), S.Spread(T.PositiveInfinity), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Constant(double value) => S.Spread(T.CreateTruncating(value));
}
