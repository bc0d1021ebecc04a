using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>The elements of a payload: any PV value into any of the seven element types, and back.</summary>
public static class DbrElements
{
    /// <summary>Writes <paramref name="count"/> elements; those the value does not have are zero.</summary>
    /// <returns><see cref="Eca.Normal"/>, or <see cref="Eca.GetFail"/> when a text is no number.</returns>
    public static Eca Write(in PvValue value, PvMeta meta, DbrType element, int count, Span<byte> destination)
    {
        if (element == DbrType.Double && value.Kind == PvKind.Float64 && count == 1)
        {
            WriteBigEndian(destination, value.AsDouble());
            return Eca.Normal;
        }
        switch (value.Kind)
        {
            case PvKind.None:
                destination.Clear();
                return Eca.Normal;
            case PvKind.String:
                destination[DbrLayout.ElementSize(element)..].Clear();
                return WriteTexts([value.AsString()], meta, element, destination);
            case PvKind.StringArray:
                return WriteTexts((string[])value.AsArray(), meta, element, destination);
            case PvKind.Image:
                WriteArray(value.AsImage().Pixels, value.Kind, meta, element, destination);
                return Eca.Normal;
        }
        if (value.Kind.IsArray())
            WriteArray(value.AsArray(), value.Kind, meta, element, destination);
        else
            WriteScalar(value, meta, element, destination);
        return Eca.Normal;
    }

    /// <summary>Reads elements as they are: one as a scalar when <paramref name="scalar"/>, else an array.</summary>
    public static PvValue Read(DbrType element, int count, ReadOnlySpan<byte> source, bool scalar) => scalar && count > 0
        ? ReadScalar(element, source)
        : PvValue.Array(element switch
        {
            DbrType.String => ReadTexts(source, count),
            DbrType.Short => ReadArray<short>(source, count),
            DbrType.Float => ReadArray<float>(source, count),
            DbrType.Enum => ReadArray<ushort>(source, count),
            DbrType.Char => source[..count].ToArray(),
            DbrType.Long => ReadArray<int>(source, count),
            _ => ReadArray<double>(source, count),
        });

    /// <summary>One number as a big-endian wire element.</summary>
    public static void WriteNumber(double value, DbrType element, Span<byte> destination)
    {
        switch (element)
        {
            case DbrType.Short or DbrType.Enum: WriteBigEndian(destination, unchecked((short)ToInt32(value))); break;
            case DbrType.Float: WriteBigEndian(destination, (float)value); break;
            case DbrType.Char: destination[0] = unchecked((byte)ToInt32(value)); break;
            case DbrType.Long: WriteBigEndian(destination, ToInt32(value)); break;
            default: WriteBigEndian(destination, value); break;
        }
    }

    public static double ReadNumber(DbrType element, ReadOnlySpan<byte> source) => element switch
    {
        DbrType.Short => BinaryPrimitives.ReadInt16BigEndian(source),
        DbrType.Float => BinaryPrimitives.ReadSingleBigEndian(source),
        DbrType.Enum => BinaryPrimitives.ReadUInt16BigEndian(source),
        DbrType.Char => source[0],
        DbrType.Long => BinaryPrimitives.ReadInt32BigEndian(source),
        _ => BinaryPrimitives.ReadDoubleBigEndian(source),
    };

    private static PvValue ReadScalar(DbrType element, ReadOnlySpan<byte> source) => element switch
    {
        DbrType.String => PvValue.String(CaMessage.ReadText(source[..Math.Min(source.Length, DbrLayout.StringSize)])),
        DbrType.Short => PvValue.Integer(PvKind.Int16, BinaryPrimitives.ReadInt16BigEndian(source)),
        DbrType.Float => PvValue.Single(BinaryPrimitives.ReadSingleBigEndian(source)),
        DbrType.Enum => PvValue.Enum(BinaryPrimitives.ReadUInt16BigEndian(source)),
        DbrType.Char => PvValue.Integer(PvKind.UInt8, source[0]),
        DbrType.Long => PvValue.Integer(PvKind.Int32, BinaryPrimitives.ReadInt32BigEndian(source)),
        _ => PvValue.Double(BinaryPrimitives.ReadDoubleBigEndian(source)),
    };

    private static void WriteScalar(in PvValue value, PvMeta meta, DbrType element, Span<byte> destination)
    {
        destination[DbrLayout.ElementSize(element)..].Clear();
        if (element == DbrType.String)
            DbrText.Write(TextOf(value, meta), destination[..DbrLayout.StringSize]);
        else if (value.Kind is PvKind.Float64 or PvKind.Float32 or PvKind.UInt64 || element is DbrType.Double or DbrType.Float)
            WriteNumber(value.AsDouble(), element, destination);
        else
            WriteInteger(value.AsInt64(), element, destination);
    }

    private static void WriteInteger(long value, DbrType element, Span<byte> destination)
    {
        switch (element)
        {
            case DbrType.Short or DbrType.Enum: WriteBigEndian(destination, (short)value); break;
            case DbrType.Char: destination[0] = (byte)value; break;
            default: WriteBigEndian(destination, (int)value); break;
        }
    }

    private static string TextOf(in PvValue value, PvMeta meta)
    {
        if (value.Kind is PvKind.Enum or PvKind.Boolean)
        {
            var choices = CaTypes.Choices(value.Kind, meta);
            var index = value.AsInt64();
            return (ulong)index < (ulong)choices.Length ? choices[(int)index] : index.ToString(CultureInfo.InvariantCulture);
        }
        return value.Kind switch
        {
            PvKind.Float64 or PvKind.Float32 => DbrText.Format(value.AsDouble(), meta.Precision),
            PvKind.UInt64 => ((ulong)value.RawBits).ToString(CultureInfo.InvariantCulture),
            _ => value.AsInt64().ToString(CultureInfo.InvariantCulture),
        };
    }

    private static Eca WriteTexts(ReadOnlySpan<string> texts, PvMeta meta, DbrType element, Span<byte> destination)
    {
        var size = DbrLayout.ElementSize(element);
        var written = Math.Min(texts.Length, destination.Length / size);
        destination[(written * size)..].Clear();
        for (var i = 0; i < written; i++)
        {
            var slot = destination.Slice(i * size, size);
            if (element == DbrType.String)
            {
                DbrText.Write(texts[i], slot);
            }
            else
            {
                // A text is no choice of anything: records refuse it too.
                if (element == DbrType.Enum || !DbrText.TryParse(texts[i], out double number))
                    return Eca.GetFail;
                WriteNumber(number, element, slot);
            }
        }
        return Eca.Normal;
    }

    private static void WriteArray(Array array, PvKind kind, PvMeta meta, DbrType element, Span<byte> destination)
    {
        switch (array)
        {
            case double[] from: Convert<double>(from, kind, meta, element, destination); break;
            case float[] from: Convert<float>(from, kind, meta, element, destination); break;
            case long[] when array.GetType() == typeof(long[]): Convert<long>((long[])array, kind, meta, element, destination); break;
            case ulong[] from: Convert<ulong>(from, kind, meta, element, destination); break;
            case int[] when array.GetType() == typeof(int[]): Convert<int>((int[])array, kind, meta, element, destination); break;
            case uint[] from: Convert<uint>(from, kind, meta, element, destination); break;
            case short[] when array.GetType() == typeof(short[]): Convert<short>((short[])array, kind, meta, element, destination); break;
            case ushort[] from: Convert<ushort>(from, kind, meta, element, destination); break;
            case sbyte[] when array.GetType() == typeof(sbyte[]): Convert<sbyte>((sbyte[])array, kind, meta, element, destination); break;
            case byte[] from: Convert<byte>(from, kind, meta, element, destination); break;
            case bool[] from: Convert<byte>(MemoryMarshal.Cast<bool, byte>(from.AsSpan()), kind, meta, element, destination); break;
            default: throw new ArgumentException($"an array of {array.GetType().GetElementType()} has no Channel Access form", nameof(array));
        }
    }

    private static void Convert<T>(ReadOnlySpan<T> from, PvKind kind, PvMeta meta, DbrType element, Span<byte> destination) where T : unmanaged, INumber<T>
    {
        var size = DbrLayout.ElementSize(element);
        var count = Math.Min(from.Length, destination.Length / size);
        destination[(count * size)..].Clear();
        from = from[..count];
        switch (element)
        {
            case DbrType.Short: ConvertTo<T, short>(from, destination); break;
            case DbrType.Enum: ConvertTo<T, ushort>(from, destination); break;
            case DbrType.Char when typeof(T) == typeof(byte) || typeof(T) == typeof(sbyte): MemoryMarshal.AsBytes(from).CopyTo(destination); break;
            case DbrType.Char: ConvertTo<T, byte>(from, destination); break;
            case DbrType.Long: ConvertTo<T, int>(from, destination); break;
            case DbrType.Float: ConvertTo<T, float>(from, destination); break;
            case DbrType.Double: ConvertTo<T, double>(from, destination); break;
            default:
                for (var i = 0; i < count; i++)
                    DbrText.Write(ElementText(from[i], kind, meta), destination.Slice(i * size, size));
                break;
        }
    }

    private static string ElementText<T>(T element, PvKind kind, PvMeta meta) where T : INumber<T> =>
        typeof(T) == typeof(double) || typeof(T) == typeof(float) ? DbrText.Format(double.CreateTruncating(element), meta.Precision)
        : kind == PvKind.BooleanArray ? TextOf(PvValue.Boolean(!T.IsZero(element)), meta)
        : element.ToString(null, CultureInfo.InvariantCulture);

    private static void ConvertTo<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<byte> destination)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        if (typeof(TFrom) == typeof(TTo))
        {
            Reverse<TTo>(MemoryMarshal.AsBytes(from), destination);
            return;
        }
        var size = Unsafe.SizeOf<TTo>();
        var isFloat = typeof(TFrom) == typeof(double) || typeof(TFrom) == typeof(float);
        var toInteger = typeof(TTo) != typeof(double) && typeof(TTo) != typeof(float);
        for (var i = 0; i < from.Length; i++)
            WriteBigEndian(destination[(i * size)..], isFloat && toInteger ? TTo.CreateTruncating(ToInt32(double.CreateTruncating(from[i]))) : TTo.CreateTruncating(from[i]));
    }

    // As C does it on the machines of IOCs: by way of 32 bits, what does not fit becomes the smallest number. Narrower types take the low bits.
    private static int ToInt32(double value) => value is > -2147483649.0 and < 2147483648.0 ? (int)value : int.MinValue;

    private static T[] ReadArray<T>(ReadOnlySpan<byte> source, int count) where T : unmanaged
    {
        var values = new T[count];
        Reverse<T>(source[..(count * Unsafe.SizeOf<T>())], MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static string[] ReadTexts(ReadOnlySpan<byte> source, int count)
    {
        var texts = new string[count];
        for (var i = 0; i < count; i++)
            texts[i] = CaMessage.ReadText(source[(i * DbrLayout.StringSize)..Math.Min(source.Length, (i + 1) * DbrLayout.StringSize)]);
        return texts;
    }

    // Both directions are the same swap on a little-endian machine, and a copy on a big-endian one.
    private static void Reverse<T>(ReadOnlySpan<byte> source, Span<byte> destination) where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian || Unsafe.SizeOf<T>() == 1)
            source.CopyTo(destination);
        else if (Unsafe.SizeOf<T>() == 2)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(source), MemoryMarshal.Cast<byte, short>(destination));
        else if (Unsafe.SizeOf<T>() == 4)
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(source), MemoryMarshal.Cast<byte, int>(destination));
        else
            BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, long>(source), MemoryMarshal.Cast<byte, long>(destination));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteBigEndian<T>(Span<byte> destination, T value) where T : unmanaged
    {
        if (typeof(T) == typeof(byte))
            destination[0] = (byte)(object)value;
        else if (Unsafe.SizeOf<T>() == 2)
            BinaryPrimitives.WriteInt16BigEndian(destination, Unsafe.BitCast<T, short>(value));
        else if (typeof(T) == typeof(float) && float.IsNaN((float)(object)value))
            BinaryPrimitives.WriteInt32BigEndian(destination, 0x7FC0_0000);
        else if (Unsafe.SizeOf<T>() == 4)
            BinaryPrimitives.WriteInt32BigEndian(destination, Unsafe.BitCast<T, int>(value));
        else if (typeof(T) == typeof(double) && double.IsNaN((double)(object)value))
            BinaryPrimitives.WriteInt64BigEndian(destination, 0x7FF8_0000_0000_0000);   // what C writes; the sign of a NaN differs between machines
        else
            BinaryPrimitives.WriteInt64BigEndian(destination, Unsafe.BitCast<T, long>(value));
    }
}
