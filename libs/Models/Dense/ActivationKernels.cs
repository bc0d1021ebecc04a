using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelManager.Models.Dense;

/// <summary>The activation functions of <c>torch.nn</c> over contiguous elements, in place. The count is a multiple of the vector length.</summary>
/// <remarks>Formulas from the torch.nn documentation. NaN stays NaN in all of them.</remarks>
internal static unsafe class ActivationKernels<S, V, T>
    where S : struct, ISimd<V, T>
    where V : struct
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const MethodImplOptions Kernel = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;

    public static void Apply(in Activation function, T* x, nint count)
    {
        var a = T.CreateTruncating(function.A);
        switch (function.Kind)
        {
            case ActivationKind.Elu: Elu(x, count, a); break;
            case ActivationKind.Relu: Relu(x, count); break;
            case ActivationKind.LeakyRelu: LeakyRelu(x, count, a); break;
            case ActivationKind.Tanh: Tanh(x, count); break;
            case ActivationKind.Sigmoid: Sigmoid(x, count); break;
            case ActivationKind.Silu: Silu(x, count); break;
            case ActivationKind.GeluTanh: GeluTanh(x, count); break;
            case ActivationKind.Softsign: Softsign(x, count); break;
            case ActivationKind.Gelu: ScalarActivations.Gelu(x, count); break;
            case ActivationKind.Softplus: ScalarActivations.Softplus(x, count, function.A, function.B); break;
            default: throw new InvalidOperationException($"no kernel for {function.Kind}");
        }
    }

    [MethodImpl(Kernel)]
    private static void Elu(T* x, nint count, T alpha)
    {
        var factor = S.Spread(alpha);
        for (var end = x + count; x < end; x += S.Lanes)
        {
            var v = S.Load(x);
            S.Store(x, S.IfGreater(v, default, v, S.Multiply(factor, Exponential<S, V, T>.MinusOne(v))));
        }
    }

    [MethodImpl(Kernel)]
    private static void Relu(T* x, nint count)
    {
        for (var end = x + count; x < end; x += S.Lanes)
        {
            var v = S.Load(x);
            S.Store(x, S.IfGreater(default, v, default, v));
        }
    }

    [MethodImpl(Kernel)]
    private static void LeakyRelu(T* x, nint count, T slope)
    {
        var factor = S.Spread(slope);
        for (var end = x + count; x < end; x += S.Lanes)
        {
            var v = S.Load(x);
            S.Store(x, S.IfGreater(v, default, v, S.Multiply(v, factor)));
        }
    }

    [MethodImpl(Kernel)]
    private static void Tanh(T* x, nint count)
    {
        for (var end = x + count; x < end; x += S.Lanes)
            S.Store(x, TanhOf(S.Load(x)));
    }

    [MethodImpl(Kernel)]
    private static void Sigmoid(T* x, nint count)
    {
        var one = S.Spread(T.One);
        for (var end = x + count; x < end; x += S.Lanes)
            S.Store(x, S.Divide(one, S.Add(one, Exponential<S, V, T>.Of(S.Subtract(default, S.Load(x))))));
    }

    [MethodImpl(Kernel)]
    private static void Silu(T* x, nint count)
    {
        var one = S.Spread(T.One);
        for (var end = x + count; x < end; x += S.Lanes)
        {
            var v = S.Load(x);
            S.Store(x, S.Divide(v, S.Add(one, Exponential<S, V, T>.Of(S.Subtract(default, v)))));
        }
    }

    [MethodImpl(Kernel)]
    private static void Softsign(T* x, nint count)
    {
        var one = S.Spread(T.One);
        for (var end = x + count; x < end; x += S.Lanes)
        {
            var v = S.Load(x);
            S.Store(x, S.Divide(v, S.Add(one, S.Abs(v))));
        }
    }

    // 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
    [MethodImpl(Kernel)]
    private static void GeluTanh(T* x, nint count)
    {
        V one = S.Spread(T.One), half = S.Spread(T.CreateTruncating(0.5));
        V root = S.Spread(T.CreateTruncating(0.7978845608028654)), cubic = S.Spread(T.CreateTruncating(0.044715));
        for (var end = x + count; x < end; x += S.Lanes)
        {
            var v = S.Load(x);
            var inner = S.Multiply(root, S.Add(v, S.Multiply(cubic, S.Multiply(S.Multiply(v, v), v))));
            S.Store(x, S.Multiply(S.Multiply(half, v), S.Add(one, TanhOf(inner))));
        }
    }

    // Cephes tanh.c: a rational function below 0.625, where 1 - 2 / (exp(2|x|) + 1) would lose digits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V TanhOf(V v)
    {
        V one = S.Spread(T.One), two = S.Spread(T.CreateTruncating(2.0));
        var size = S.Abs(v);
        var z = S.Multiply(v, v);
        var p = S.MultiplyAdd(S.MultiplyAdd(Constant(-9.64399179425052238628e-1), z, Constant(-9.92877231001918586564e1)), z, Constant(-1.61468768441708447952e3));
        var q = S.MultiplyAdd(S.MultiplyAdd(S.Add(z, Constant(1.12811678491632931402e2)), z, Constant(2.23548839060100448583e3)), z, Constant(4.84406305325125486048e3));
        var small = S.MultiplyAdd(S.Multiply(v, z), S.Divide(p, q), v);
        var large = S.Subtract(one, S.Divide(two, S.Add(Exponential<S, V, T>.Of(S.Multiply(two, size)), one)));
        large = S.IfGreater(default, v, S.Subtract(default, large), large);
        return S.IfGreater(Constant(0.625), size, small, large);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Constant(double value) => S.Spread(T.CreateTruncating(value));
}
