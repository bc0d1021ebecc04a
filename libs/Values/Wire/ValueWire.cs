using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace ModelManager.Values.Wire;

/// <summary>The side list: texts, arrays and images, which do not fit into 8 bytes.</summary>
internal static class ValueWire
{
    /// <summary>These kinds have their 8 bytes in the scalar column.</summary>
    public static bool IsInline(PvKind kind) => kind.IsNumericScalar();

    public static bool IsKnown(PvKind kind) => kind is PvKind.None or PvKind.String or PvKind.Image || kind.IsNumericScalar() || kind.IsArray();

    public static void Write(ref WireWriter writer, in PvValue value)
    {
        switch (value.Kind)
        {
            case PvKind.String:
                writer.Text((string?)value.Reference);
                break;
            case PvKind.Image:
                WriteImage(ref writer, value.AsImage());
                break;
            default:
                WriteArray(ref writer, value.AsArray());
                break;
        }
    }

    public static PvValue Read(ref WireReader reader, PvKind kind) => kind switch
    {
        PvKind.String => PvValue.String(reader.Text("a string value")!),
        PvKind.Image => PvValue.Image(ReadImage(ref reader)),
        _ => PvValue.Array(ReadArray(ref reader, kind)),
    };

    private static void WriteArray(ref WireWriter writer, Array array)
    {
        writer.Count(array.Length);
        if (array is string[] texts)
            foreach (var text in texts)
                writer.Text(text);
        else
            writer.Bytes(ArrayEquality.Bytes(array));
    }

    private static Array ReadArray(ref WireReader reader, PvKind kind)
    {
        if (kind == PvKind.StringArray)
        {
            var texts = new string[reader.Count(1, "the length of a string array")];
            for (var i = 0; i < texts.Length; i++)
                texts[i] = reader.Text("an element of a string array")!;
            return texts;
        }
        return kind switch
        {
            PvKind.BooleanArray => ReadBooleans(ref reader),
            PvKind.Int8Array => ReadPrimitives<sbyte>(ref reader),
            PvKind.UInt8Array => ReadPrimitives<byte>(ref reader),
            PvKind.Int16Array => ReadPrimitives<short>(ref reader),
            PvKind.UInt16Array => ReadPrimitives<ushort>(ref reader),
            PvKind.Int32Array => ReadPrimitives<int>(ref reader),
            PvKind.UInt32Array => ReadPrimitives<uint>(ref reader),
            PvKind.Int64Array => ReadPrimitives<long>(ref reader),
            PvKind.UInt64Array => ReadPrimitives<ulong>(ref reader),
            PvKind.Float32Array => ReadPrimitives<float>(ref reader),
            PvKind.Float64Array => ReadPrimitives<double>(ref reader),
            _ => throw reader.Wrong("an array kind", kind.ToString()),
        };
    }

    private static unsafe T[] ReadPrimitives<T>(ref WireReader reader) where T : unmanaged
    {
        var length = reader.Count(sizeof(T), "the length of an array");
        return MemoryMarshal.Cast<byte, T>(reader.Take(length * sizeof(T), "the elements of an array")).ToArray();
    }

    private static bool[] ReadBooleans(ref WireReader reader)
    {
        var bytes = ReadPrimitives<byte>(ref reader);
        // A bool with other bits than 0 and 1 behaves in strange ways; it must not come in from outside.
        if (bytes.AsSpan().ContainsAnyExceptInRange<byte>(0, 1))
            throw reader.Wrong("booleans", "a byte that is neither 0 nor 1");
        return MemoryMarshal.Cast<byte, bool>(bytes).ToArray();
    }

    private static void WriteImage(ref WireWriter writer, PvImage image)
    {
        writer.Byte((byte)PvValue.Array(image.Pixels).Kind);
        WriteArray(ref writer, image.Pixels);
        var shape = image.Shape.IsDefault ? [] : image.Shape;
        writer.Count(shape.Length);
        foreach (var size in shape)
            writer.Signed(size);
        writer.Text(image.Codec);
        writer.Signed(image.UniqueId);
    }

    private static PvImage ReadImage(ref WireReader reader)
    {
        var kind = (PvKind)reader.Byte("the kind of pixels");
        if (!kind.IsNumericArray())
            throw reader.Wrong("a numeric kind of pixels", kind.ToString());
        var pixels = ReadArray(ref reader, kind);
        var shape = ImmutableArray.CreateBuilder<int>(reader.Count(1, "the number of dimensions"));
        for (var i = shape.Capacity; i > 0; i--)
            shape.Add(reader.SignedInt32("a dimension"));
        return new(pixels, shape.MoveToImmutable(), reader.RequiredText("a codec"), reader.SignedInt32("a unique id"));
    }
}
