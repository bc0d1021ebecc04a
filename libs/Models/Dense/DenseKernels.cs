using System.Runtime.CompilerServices;

namespace ModelManager.Models.Dense;

/// <summary>Matrix times rows. Weights lie in panels of four vectors of outputs, <c>[panel][input][4 vectors]</c>, then in panels of one vector for the rest.</summary>
/// <remarks>
/// Each method only loads, multiplies and stores through pointers: with anything else in them the JIT keeps the sums in memory instead of registers, at a quarter of the speed.
/// Not tiered: the first evaluation after loading a model is in the control loop already.
/// </remarks>
internal static unsafe class DenseKernels<S, V, T>
    where S : struct, ISimd<V, T>
    where V : struct
    where T : unmanaged
{
    private const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    /// <summary>One row, all panels of four. Two sets of sums hide the latency of the multiply-add.</summary>
    [MethodImpl(Kernel)]
    public static void Row(T* x, T* w, T* bias, T* y, nint inputs, nint panels)
    {
        nint lanes = S.Lanes;
        for (; panels > 0; panels--)
        {
            V a0 = S.Load(bias), a1 = S.Load(bias + lanes), a2 = S.Load(bias + 2 * lanes), a3 = S.Load(bias + 3 * lanes);
            V b0 = default, b1 = default, b2 = default, b3 = default;
            nint k = 0;
            for (; k + 1 < inputs; k += 2)
            {
                var p = S.Spread(x[k]);
                a0 = S.MultiplyAdd(p, S.Load(w), a0);
                a1 = S.MultiplyAdd(p, S.Load(w + lanes), a1);
                a2 = S.MultiplyAdd(p, S.Load(w + 2 * lanes), a2);
                a3 = S.MultiplyAdd(p, S.Load(w + 3 * lanes), a3);
                var q = S.Spread(x[k + 1]);
                b0 = S.MultiplyAdd(q, S.Load(w + 4 * lanes), b0);
                b1 = S.MultiplyAdd(q, S.Load(w + 5 * lanes), b1);
                b2 = S.MultiplyAdd(q, S.Load(w + 6 * lanes), b2);
                b3 = S.MultiplyAdd(q, S.Load(w + 7 * lanes), b3);
                w += 8 * lanes;
            }
            if (k < inputs)
            {
                var p = S.Spread(x[k]);
                a0 = S.MultiplyAdd(p, S.Load(w), a0);
                a1 = S.MultiplyAdd(p, S.Load(w + lanes), a1);
                a2 = S.MultiplyAdd(p, S.Load(w + 2 * lanes), a2);
                a3 = S.MultiplyAdd(p, S.Load(w + 3 * lanes), a3);
                w += 4 * lanes;
            }
            S.Store(y, S.Add(a0, b0));
            S.Store(y + lanes, S.Add(a1, b1));
            S.Store(y + 2 * lanes, S.Add(a2, b2));
            S.Store(y + 3 * lanes, S.Add(a3, b3));
            y += 4 * lanes;
            bias += 4 * lanes;
        }
    }

    /// <summary>One row, all panels of one.</summary>
    [MethodImpl(Kernel)]
    public static void RowNarrow(T* x, T* w, T* bias, T* y, nint inputs, nint panels)
    {
        nint lanes = S.Lanes;
        for (; panels > 0; panels--)
        {
            V a = S.Load(bias), b = default, c = default, d = default;
            nint k = 0;
            for (; k + 3 < inputs; k += 4)
            {
                a = S.MultiplyAdd(S.Spread(x[k]), S.Load(w), a);
                b = S.MultiplyAdd(S.Spread(x[k + 1]), S.Load(w + lanes), b);
                c = S.MultiplyAdd(S.Spread(x[k + 2]), S.Load(w + 2 * lanes), c);
                d = S.MultiplyAdd(S.Spread(x[k + 3]), S.Load(w + 3 * lanes), d);
                w += 4 * lanes;
            }
            for (; k < inputs; k++, w += lanes)
                a = S.MultiplyAdd(S.Spread(x[k]), S.Load(w), a);
            S.Store(y, S.Add(S.Add(a, b), S.Add(c, d)));
            y += lanes;
            bias += lanes;
        }
    }

    /// <summary>Four rows, one panel of four: 16 sums in registers.</summary>
    [MethodImpl(Kernel)]
    public static void Rows4(T* x, nint xStride, T* w, T* bias, T* y, nint yStride, nint inputs)
    {
        nint lanes = S.Lanes;
        T* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        V a0 = S.Load(bias), a1 = S.Load(bias + lanes), a2 = S.Load(bias + 2 * lanes), a3 = S.Load(bias + 3 * lanes);
        V b0 = a0, b1 = a1, b2 = a2, b3 = a3, c0 = a0, c1 = a1, c2 = a2, c3 = a3, d0 = a0, d1 = a1, d2 = a2, d3 = a3;
        for (nint k = 0; k < inputs; k++)
        {
            V w0 = S.Load(w), w1 = S.Load(w + lanes), w2 = S.Load(w + 2 * lanes), w3 = S.Load(w + 3 * lanes);
            var p = S.Spread(x[k]);
            a0 = S.MultiplyAdd(p, w0, a0);
            a1 = S.MultiplyAdd(p, w1, a1);
            a2 = S.MultiplyAdd(p, w2, a2);
            a3 = S.MultiplyAdd(p, w3, a3);
            p = S.Spread(x1[k]);
            b0 = S.MultiplyAdd(p, w0, b0);
            b1 = S.MultiplyAdd(p, w1, b1);
            b2 = S.MultiplyAdd(p, w2, b2);
            b3 = S.MultiplyAdd(p, w3, b3);
            p = S.Spread(x2[k]);
            c0 = S.MultiplyAdd(p, w0, c0);
            c1 = S.MultiplyAdd(p, w1, c1);
            c2 = S.MultiplyAdd(p, w2, c2);
            c3 = S.MultiplyAdd(p, w3, c3);
            p = S.Spread(x3[k]);
            d0 = S.MultiplyAdd(p, w0, d0);
            d1 = S.MultiplyAdd(p, w1, d1);
            d2 = S.MultiplyAdd(p, w2, d2);
            d3 = S.MultiplyAdd(p, w3, d3);
            w += 4 * lanes;
        }
        S.Store(y, a0);
        S.Store(y + lanes, a1);
        S.Store(y + 2 * lanes, a2);
        S.Store(y + 3 * lanes, a3);
        y += yStride;
        S.Store(y, b0);
        S.Store(y + lanes, b1);
        S.Store(y + 2 * lanes, b2);
        S.Store(y + 3 * lanes, b3);
        y += yStride;
        S.Store(y, c0);
        S.Store(y + lanes, c1);
        S.Store(y + 2 * lanes, c2);
        S.Store(y + 3 * lanes, c3);
        y += yStride;
        S.Store(y, d0);
        S.Store(y + lanes, d1);
        S.Store(y + 2 * lanes, d2);
        S.Store(y + 3 * lanes, d3);
    }

    /// <summary>Two rows, one panel of four: 8 sums, for machines with 16 registers.</summary>
    [MethodImpl(Kernel)]
    public static void Rows2(T* x, nint xStride, T* w, T* bias, T* y, nint yStride, nint inputs)
    {
        nint lanes = S.Lanes;
        T* x1 = x + xStride;
        V a0 = S.Load(bias), a1 = S.Load(bias + lanes), a2 = S.Load(bias + 2 * lanes), a3 = S.Load(bias + 3 * lanes);
        V b0 = a0, b1 = a1, b2 = a2, b3 = a3;
        for (nint k = 0; k < inputs; k++)
        {
            V w0 = S.Load(w), w1 = S.Load(w + lanes), w2 = S.Load(w + 2 * lanes), w3 = S.Load(w + 3 * lanes);
            var p = S.Spread(x[k]);
            a0 = S.MultiplyAdd(p, w0, a0);
            a1 = S.MultiplyAdd(p, w1, a1);
            a2 = S.MultiplyAdd(p, w2, a2);
            a3 = S.MultiplyAdd(p, w3, a3);
            p = S.Spread(x1[k]);
            b0 = S.MultiplyAdd(p, w0, b0);
            b1 = S.MultiplyAdd(p, w1, b1);
            b2 = S.MultiplyAdd(p, w2, b2);
            b3 = S.MultiplyAdd(p, w3, b3);
            w += 4 * lanes;
        }
        S.Store(y, a0);
        S.Store(y + lanes, a1);
        S.Store(y + 2 * lanes, a2);
        S.Store(y + 3 * lanes, a3);
        y += yStride;
        S.Store(y, b0);
        S.Store(y + lanes, b1);
        S.Store(y + 2 * lanes, b2);
        S.Store(y + 3 * lanes, b3);
    }

    /// <summary>Four rows, one panel of one. Two sets of sums, as in <see cref="Row"/>.</summary>
    [MethodImpl(Kernel)]
    public static void Rows4Narrow(T* x, nint xStride, T* w, T* bias, T* y, nint yStride, nint inputs)
    {
        nint lanes = S.Lanes;
        T* x1 = x + xStride, x2 = x1 + xStride, x3 = x2 + xStride;
        V a = S.Load(bias), b = a, c = a, d = a, e = default, f = default, g = default, h = default;
        nint k = 0;
        for (; k + 1 < inputs; k += 2)
        {
            V p = S.Load(w), q = S.Load(w + lanes);
            a = S.MultiplyAdd(S.Spread(x[k]), p, a);
            b = S.MultiplyAdd(S.Spread(x1[k]), p, b);
            c = S.MultiplyAdd(S.Spread(x2[k]), p, c);
            d = S.MultiplyAdd(S.Spread(x3[k]), p, d);
            e = S.MultiplyAdd(S.Spread(x[k + 1]), q, e);
            f = S.MultiplyAdd(S.Spread(x1[k + 1]), q, f);
            g = S.MultiplyAdd(S.Spread(x2[k + 1]), q, g);
            h = S.MultiplyAdd(S.Spread(x3[k + 1]), q, h);
            w += 2 * lanes;
        }
        if (k < inputs)
        {
            var p = S.Load(w);
            a = S.MultiplyAdd(S.Spread(x[k]), p, a);
            b = S.MultiplyAdd(S.Spread(x1[k]), p, b);
            c = S.MultiplyAdd(S.Spread(x2[k]), p, c);
            d = S.MultiplyAdd(S.Spread(x3[k]), p, d);
        }
        S.Store(y, S.Add(a, e));
        S.Store(y + yStride, S.Add(b, f));
        S.Store(y + 2 * yStride, S.Add(c, g));
        S.Store(y + 3 * yStride, S.Add(d, h));
    }
}
