using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ModelManager.Epics.PvAccess;

/// <summary>The arrays behind array fields: <c>bool[] sbyte[] ... double[] string[]</c>, <see cref="PvaStructure"/>[] and <see cref="PvaVariant"/>[].</summary>
internal static class PvaArrays
{
    public static Array Create(PvaTypeCode code, int length) => code.Element() switch
    {
        PvaTypeCode.Boolean => length == 0 ? System.Array.Empty<bool>() : new bool[length],
        PvaTypeCode.Int8 => length == 0 ? System.Array.Empty<sbyte>() : new sbyte[length],
        PvaTypeCode.Int16 => length == 0 ? System.Array.Empty<short>() : new short[length],
        PvaTypeCode.Int32 => length == 0 ? System.Array.Empty<int>() : new int[length],
        PvaTypeCode.Int64 => length == 0 ? System.Array.Empty<long>() : new long[length],
        PvaTypeCode.UInt8 => length == 0 ? System.Array.Empty<byte>() : new byte[length],
        PvaTypeCode.UInt16 => length == 0 ? System.Array.Empty<ushort>() : new ushort[length],
        PvaTypeCode.UInt32 => length == 0 ? System.Array.Empty<uint>() : new uint[length],
        PvaTypeCode.UInt64 => length == 0 ? System.Array.Empty<ulong>() : new ulong[length],
        PvaTypeCode.Float32 => length == 0 ? System.Array.Empty<float>() : new float[length],
        PvaTypeCode.Float64 => length == 0 ? System.Array.Empty<double>() : GC.AllocateUninitializedArray<double>(length),
        PvaTypeCode.String => length == 0 ? System.Array.Empty<string>() : new string[length],
        PvaTypeCode.Structure => new PvaStructure?[length],
        _ => new PvaVariant?[length],
    };

    /// <summary>The memory of an array of numbers.</summary>
    public static Span<byte> Bytes(Array array) =>
        array.Length == 0 ? default : MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(array), Buffer.ByteLength(array));

    /// <summary>Turns the byte order of every element in place.</summary>
    public static void Reverse(Span<byte> bytes, int elementSize)
    {
        switch (elementSize)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }

    /// <summary>The same array where its element type is right, otherwise a converted copy.</summary>
    public static Array Convert(PvaTypeCode code, Array array)
    {
        var wanted = Create(code, 0).GetType();
        // The CLR lets an int[] pass for a uint[]: the exact type decides.
        if (array.GetType() == wanted)
            return array;
        var element = wanted.GetElementType()!;
        if (element == typeof(PvaStructure) || element == typeof(PvaVariant))
            throw new ArgumentException($"a {array.GetType().Name} cannot be put into a {code.Text()}");
        var converted = Create(code, array.Length);
        for (var i = 0; i < array.Length; i++)
        {
            var from = array.GetValue(i) ?? "";
            if (element == typeof(string))
                converted.SetValue(System.Convert.ToString(from, CultureInfo.InvariantCulture) ?? "", i);
            else
                converted.SetValue(PvaBox.Box(code.Element(), ref Hold(PvaBox.Unbox(FieldDesc.Of(code.Element()), from))), i);
        }
        return converted;
    }

    [ThreadStatic] private static Cell _held;

    private static ref Cell Hold(Cell cell)
    {
        _held = cell;
        return ref _held;
    }
}
