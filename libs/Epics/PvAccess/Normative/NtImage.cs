using System.Collections.Immutable;
using K4os.Compression.LZ4;
using ModelManager.Values;

namespace ModelManager.Epics.PvAccess;

/// <summary>NTNDArray as a <see cref="PvImage"/>: rows = y, columns = x. dimension[0] is the fastest axis (x), so dimensions are the shape turned round.</summary>
/// <remarks>Codecs as areaDetector sends them: the bytes in <c>ubyteValue</c>, the element type in <c>codec.parameters</c> as a pvData ScalarType number.</remarks>
public static class NtImage
{
    private const int MaxPixels = 1 << 28;

    // pvData's ScalarType enumeration, the order of the members of the value union as well.
    private static readonly PvaTypeCode[] ScalarTypes =
    [
        PvaTypeCode.Boolean, PvaTypeCode.Int8, PvaTypeCode.Int16, PvaTypeCode.Int32, PvaTypeCode.Int64,
        PvaTypeCode.UInt8, PvaTypeCode.UInt16, PvaTypeCode.UInt32, PvaTypeCode.UInt64, PvaTypeCode.Float32, PvaTypeCode.Float64,
    ];

    /// <param name="problem">Why it cannot be read: the codec by its name, or sizes that do not fit.</param>
    public static PvImage? Read(PvaStructure value, out string? problem)
    {
        problem = null;
        var nt = value.Layout.Nt;
        var image = nt.Image!;
        var codec = image.Codec < 0 ? "" : value.GetString(image.Codec);
        if (value.GetVariant(nt.Value) is not { Type: { } type } variant || !type.Code.IsNumericArray() || variant.Box() is not Array pixels)
        {
            problem = "the image is empty, or has no pixels of numbers";
            return null;
        }
        if (codec == "lz4")
            pixels = Decompress(value, image, pixels, out problem)!;
        else if (codec.Length > 0)
            problem = $"codec '{codec}' is not supported; the server has to send the image uncompressed or as lz4";
        if (problem is not null)
            return null;

        var shape = Shape(value, image, pixels.Length);
        var count = shape.Aggregate(1L, (product, size) => product * size);
        if (count != pixels.Length || shape.Any(size => size < 0))
        {
            problem = $"{pixels.Length} pixels for an image of {string.Join(" x ", shape)}";
            return null;
        }
        return new(pixels, shape, "", image.UniqueId < 0 ? 0 : (int)value.GetInt64(image.UniqueId));
    }

    /// <summary>Sets pixels, sizes and dimensions, and their bits. <see cref="PvImage.Codec"/> "lz4" compresses on the way.</summary>
    public static void Write(PvaStructure into, BitMask changed, PvImage image)
    {
        var nt = into.Layout.Nt;
        var fields = nt.Image!;
        var code = CodeOf(image.Pixels);
        var bytes = PvaArrays.Bytes(image.Pixels);
        var union = into.Layout.Nodes[nt.Value].Type;
        long compressed = bytes.Length;
        if (image.Codec == "lz4")
        {
            var packed = new byte[LZ4Codec.MaximumOutputSize(bytes.Length)];
            Array.Resize(ref packed, LZ4Codec.Encode(bytes, packed));
            compressed = packed.Length;
            into.SetVariant(nt.Value, PvaVariant.Select(union, "ubyteValue", packed));
            into.SetVariant(fields.CodecParameters, PvaVariant.Any(FieldDesc.Of(PvaTypeCode.Int32), Array.IndexOf(ScalarTypes, code)));
            changed.Set(fields.CodecParameters);
        }
        else if (image.Codec.Length > 0)
        {
            throw new ArgumentException($"codec '{image.Codec}' cannot be written; only lz4 and none can");
        }
        else
        {
            into.SetVariant(nt.Value, PvaVariant.Select(union, MemberOf(code), image.Pixels));
        }
        changed.Set(nt.Value);
        NtChange.Text(into, changed, fields.Codec, image.Codec);
        NtChange.Integer(into, changed, fields.CompressedSize, compressed);
        NtChange.Integer(into, changed, fields.UncompressedSize, bytes.Length);
        NtChange.Integer(into, changed, fields.UniqueId, image.UniqueId);
        WriteDimensions(into, changed, fields.Dimension, image.Shape);
    }

    private static void WriteDimensions(PvaStructure into, BitMask changed, int index, ImmutableArray<int> shape)
    {
        var held = into.GetSpan<PvaStructure?>(index);
        var same = held.Length == shape.Length;
        for (var i = 0; same && i < shape.Length; i++)
            same = held[i]?["size"] is int size && size == shape[^(i + 1)];
        if (same && shape.Length > 0)
            return;
        var element = into.Layout.Nodes[index].Type.ElementType!;
        var dimensions = new PvaStructure?[shape.Length];
        for (var i = 0; i < shape.Length; i++)
            dimensions[i] = new PvaStructure(element) { ["size"] = shape[^(i + 1)], ["fullSize"] = shape[^(i + 1)], ["binning"] = 1 };
        into.SetArray(index, dimensions);
        changed.Set(index);
    }

    private static ImmutableArray<int> Shape(PvaStructure value, NtImageFields image, int pixels)
    {
        var dimensions = value.GetSpan<PvaStructure?>(image.Dimension);
        if (dimensions.IsEmpty)
            return [1, pixels];
        var shape = new int[dimensions.Length];
        for (var i = 0; i < shape.Length; i++)
            shape[^(i + 1)] = dimensions[i]?["size"] is int size ? size : 0;
        return [.. shape];
    }

    private static Array? Decompress(PvaStructure value, NtImageFields image, Array packed, out string? problem)
    {
        problem = null;
        if (image.CodecParameters < 0 || value.GetVariant(image.CodecParameters)?.Box() is not int number || number < 0 || number >= ScalarTypes.Length)
        {
            problem = "codec 'lz4' without the element type in codec.parameters";
            return null;
        }
        var code = ScalarTypes[number];
        var size = image.UncompressedSize < 0 ? -1 : value.GetInt64(image.UncompressedSize);
        // An LZ4 block expands at most 255 times: a size beyond that is a lie, found before memory is taken for it.
        if (size < 0 || size > (long)MaxPixels * 8 || size > 255L * Buffer.ByteLength(packed) || size % code.WireSize() != 0)
        {
            problem = $"codec 'lz4' with an uncompressed size of {size} bytes";
            return null;
        }
        var pixels = PvaArrays.Create(code.ArrayOf(), (int)(size / code.WireSize()));
        if (LZ4Codec.Decode(PvaArrays.Bytes(packed), PvaArrays.Bytes(pixels)) != size)
            problem = "codec 'lz4': the data does not decompress to the size given";
        return pixels;
    }

    private static PvaTypeCode CodeOf(Array pixels) => PvValue.Array(pixels).Kind.ToTypeCode().Element();

    private static string MemberOf(PvaTypeCode code) => code.Text() + "Value";
}
