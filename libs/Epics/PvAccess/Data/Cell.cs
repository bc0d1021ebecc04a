using System.Runtime.CompilerServices;

namespace ModelManager.Epics.PvAccess;

/// <summary>The storage of one field: numbers in <see cref="Bits"/>, everything else in <see cref="Ref"/>.</summary>
/// <remarks>For arrays, <see cref="Bits"/> not 0 says that somebody else holds the array: it must not be written into any more.</remarks>
public struct Cell
{
    internal const long Shared = 1;

    public long Bits;
    public object? Ref;

    public static Cell FromDouble(PvaTypeCode code, double value) => new() { Bits = ToBits(code, value) };

    /// <summary>A number converted to the width of a field, integers saturating; NaN becomes 0 in them.</summary>
    public static long ToBits(PvaTypeCode code, double value) => code switch
    {
        PvaTypeCode.Float64 => BitConverter.DoubleToInt64Bits(value),
        PvaTypeCode.Float32 => BitConverter.SingleToInt32Bits((float)value),
        PvaTypeCode.Boolean => value != 0 ? 1 : 0,
        PvaTypeCode.Int8 => (sbyte)Math.Clamp(Number(value), sbyte.MinValue, sbyte.MaxValue),
        PvaTypeCode.UInt8 => (byte)Math.Clamp(Number(value), byte.MinValue, byte.MaxValue),
        PvaTypeCode.Int16 => (short)Math.Clamp(Number(value), short.MinValue, short.MaxValue),
        PvaTypeCode.UInt16 => (ushort)Math.Clamp(Number(value), ushort.MinValue, ushort.MaxValue),
        PvaTypeCode.Int32 => (int)Math.Clamp(Number(value), int.MinValue, int.MaxValue),
        PvaTypeCode.UInt32 => (uint)Math.Clamp(Number(value), uint.MinValue, uint.MaxValue),
        PvaTypeCode.Int64 => (long)Number(value),
        PvaTypeCode.UInt64 => (long)(ulong)Number(value),
        _ => throw new InvalidOperationException($"a number cannot be a {code.Text()}"),
    };

    public static long ToBits(PvaTypeCode code, long value) => code switch
    {
        PvaTypeCode.Int64 or PvaTypeCode.UInt64 => value,
        _ => ToBits(code, (double)value),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly double AsDouble(PvaTypeCode code) => code switch
    {
        PvaTypeCode.Float64 => BitConverter.Int64BitsToDouble(Bits),
        PvaTypeCode.Float32 => BitConverter.Int32BitsToSingle((int)Bits),
        PvaTypeCode.UInt64 => (ulong)Bits,
        _ => Bits,
    };

    public readonly long AsInt64(PvaTypeCode code) => code switch
    {
        PvaTypeCode.Float64 or PvaTypeCode.Float32 => (long)AsDouble(code),
        _ => Bits,
    };

    private static double Number(double value) => double.IsNaN(value) ? 0 : value;
}
