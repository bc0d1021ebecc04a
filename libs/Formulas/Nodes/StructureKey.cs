using System.Numerics;

namespace ModelManager.Formulas;

/// <summary>128-bit keys of expressions: equal keys mean the same expression, however sums and products are ordered.</summary>
internal static class StructureKey
{
    public static UInt128 Of(string text)
    {
        ulong a = 14695981039346656037, b = 0x9E3779B97F4A7C15;
        foreach (var c in text)
        {
            a = (a ^ c) * 1099511628211;
            b = Mix(b + c);
        }
        return new(Mix(a), Mix(b ^ (ulong)text.Length));
    }

    public static UInt128 Of(Rational value) => Ordered(Of(value.Numerator), Of(value.Denominator));

    public static UInt128 OfInteger(long value) => new(Mix((ulong)value + 1), Mix(~(ulong)value * 0xD6E8FEB86659FD93));

    /// <summary>Where order matters.</summary>
    public static UInt128 Ordered(UInt128 a, UInt128 b)
    {
        var (ah, al, bh, bl) = ((ulong)(a >> 64), (ulong)a, (ulong)(b >> 64), (ulong)b);
        return new(Mix(ah * 3 + BitOperations.RotateLeft(bh, 17) + al), Mix(al * 5 + BitOperations.RotateLeft(bl, 29) + bh));
    }

    private static UInt128 Of(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue)
            return OfInteger((long)value);
        var key = OfInteger(value.Sign);
        foreach (var part in value.ToByteArray())
            key = Ordered(key, part);
        return key;
    }

    // The finalizer of SplitMix64.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
