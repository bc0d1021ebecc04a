using Microsoft.ML.OnnxRuntime.Tensors;

namespace ModelManager.Models.Onnx;

/// <summary>Which numbers an integer tensor holds.</summary>
internal readonly record struct IntegerRange(double Low, double High)
{
    /// <summary>Null for element types that are no integers.</summary>
    public static IntegerRange? Of(TensorElementType type) => type switch
    {
        TensorElementType.Int8 => new(sbyte.MinValue, sbyte.MaxValue),
        TensorElementType.UInt8 => new(byte.MinValue, byte.MaxValue),
        TensorElementType.Int16 => new(short.MinValue, short.MaxValue),
        TensorElementType.UInt16 => new(ushort.MinValue, ushort.MaxValue),
        TensorElementType.Int32 => new(int.MinValue, int.MaxValue),
        TensorElementType.UInt32 => new(uint.MinValue, uint.MaxValue),
        // The largest doubles below 2^63 and 2^64: beyond 2^53 a double is not exact anyway.
        TensorElementType.Int64 => new(long.MinValue, 9223372036854774784.0),
        TensorElementType.UInt64 => new(ulong.MinValue, 18446744073709549568.0),
        _ => null,
    };

    public bool Has(double number) => number >= Low && number <= High && number == Math.Truncate(number);

    public override string ToString() => FormattableString.Invariant($"an integer from {Low:0} to {High:0}");
}
