using System.Runtime.InteropServices;

namespace ModelManager.Models.Python;

/// <summary>Numeric arrays of .NET and numpy's short names of their element types, little-endian.</summary>
internal static class NumpyTypes
{
    public static string NameOf(Array array) => Type.GetTypeCode(array.GetType().GetElementType()) switch
    {
        TypeCode.Boolean => "b1",
        TypeCode.SByte => "i1",
        TypeCode.Byte => "u1",
        TypeCode.Int16 => "i2",
        TypeCode.UInt16 => "u2",
        TypeCode.Int32 => "i4",
        TypeCode.UInt32 => "u4",
        TypeCode.Int64 => "i8",
        TypeCode.UInt64 => "u8",
        TypeCode.Single => "f4",
        TypeCode.Double => "f8",
        _ => throw new ArgumentException($"an array of {array.GetType().GetElementType()} has no numpy type", nameof(array)),
    };

    /// <summary>A new array of a type that a worker named; null when it is none we have.</summary>
    public static Array? Create(string name, int length) => name switch
    {
        "b1" => new bool[length],
        "i1" => new sbyte[length],
        "u1" => new byte[length],
        "i2" => new short[length],
        "u2" => new ushort[length],
        "i4" => new int[length],
        "u4" => new uint[length],
        "i8" => new long[length],
        "u8" => new ulong[length],
        "f4" => GC.AllocateUninitializedArray<float>(length),
        "f8" => GC.AllocateUninitializedArray<double>(length),
        _ => null,
    };

    public static Span<byte> BytesOf(Array array) => array switch
    {
        double[] doubles => MemoryMarshal.AsBytes(doubles.AsSpan()),
        float[] floats => MemoryMarshal.AsBytes(floats.AsSpan()),
        _ => MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array)),
    };
}
