using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelManager.Models.Dense;

/// <summary>One element at a time, where there are no vectors.</summary>
internal readonly unsafe struct SimdScalar<T> : ISimd<T, T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static int Lanes => 1;
    public static int TileRows => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* to, T vector) => *to = vector;

    public static T Spread(T value) => value;
    public static T MultiplyAdd(T left, T right, T addend) => T.MultiplyAddEstimate(left, right, addend);
    public static T Add(T left, T right) => left + right;
    public static T Subtract(T left, T right) => left - right;
    public static T Multiply(T left, T right) => left * right;
    public static T Divide(T left, T right) => left / right;
    public static T Abs(T value) => T.Abs(value);
    public static T PowerOfTwo(T shifted) => typeof(T) == typeof(double)
        ? Unsafe.BitCast<long, T>(Unsafe.BitCast<T, long>(shifted) + 1023 << 52)
        : Unsafe.BitCast<int, T>(Unsafe.BitCast<T, int>(shifted) + 127 << 23);
    public static T IfGreater(T left, T right, T then, T otherwise) => left > right ? then : otherwise;
}
