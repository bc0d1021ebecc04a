using System.Runtime.CompilerServices;

namespace ModelManager.Values;

/// <summary>One value of a process variable. Scalars live in the struct itself and allocate nothing; strings, arrays and images are shared references that nobody changes.</summary>
public readonly struct PvValue : IEquatable<PvValue>
{
    private readonly long _bits;
    private readonly object? _reference;

    private PvValue(PvKind kind, long bits, object? reference)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    public PvKind Kind { get; }

    /// <summary>No value: nothing has arrived or been computed yet.</summary>
    public bool IsNone => Kind == PvKind.None;

    public static PvValue Double(double value) => new(PvKind.Float64, BitConverter.DoubleToInt64Bits(value), null);
    public static PvValue Single(float value) => new(PvKind.Float32, BitConverter.DoubleToInt64Bits(value), null);
    public static PvValue Boolean(bool value) => new(PvKind.Boolean, value ? 1 : 0, null);
    public static PvValue Enum(int index) => new(PvKind.Enum, index, null);
    public static PvValue String(string value) => new(PvKind.String, 0, value);
    public static PvValue Image(PvImage value) => new(PvKind.Image, 0, value);

    /// <summary>A numeric scalar from its <see cref="RawBits"/>; bits beyond the width of the kind are cut off.</summary>
    internal static PvValue FromRawBits(PvKind kind, long bits) => kind switch
    {
        PvKind.Float64 or PvKind.Float32 => new(kind, bits, null),
        PvKind.Boolean => Boolean(bits != 0),
        PvKind.Enum => Enum((int)bits),
        _ => Integer(kind, bits),
    };

    /// <summary>An integer of the given width; the value is truncated to it.</summary>
    public static PvValue Integer(PvKind kind, long value) => kind switch
    {
        PvKind.Int8 => new(kind, (sbyte)value, null),
        PvKind.UInt8 => new(kind, (byte)value, null),
        PvKind.Int16 => new(kind, (short)value, null),
        PvKind.UInt16 => new(kind, (ushort)value, null),
        PvKind.Int32 => new(kind, (int)value, null),
        PvKind.UInt32 => new(kind, (uint)value, null),
        PvKind.Int64 or PvKind.UInt64 => new(kind, value, null),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an integer kind"),
    };

    /// <summary>An array of a primitive type or of strings: <c>bool[] sbyte[] byte[] short[] ushort[] int[] uint[] long[] ulong[] float[] double[] string[]</c>. It is not copied.</summary>
    public static PvValue Array(Array value) => new(ArrayKindOf(value), 0, value);

    /// <summary>A scalar of any kind up to Float64 as a double (UInt64 and Int64 round); <see cref="double.NaN"/> for anything else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double AsDouble() => Kind switch
    {
        PvKind.Float64 or PvKind.Float32 => BitConverter.Int64BitsToDouble(_bits),
        PvKind.UInt64 => (ulong)_bits,
        >= PvKind.Boolean and <= PvKind.Int64 or PvKind.Enum => _bits,
        _ => double.NaN,
    };

    /// <summary>An integer, boolean or enumeration as a long (UInt64 keeps its bits); floats are truncated towards zero.</summary>
    public long AsInt64() => Kind is PvKind.Float64 or PvKind.Float32 ? (long)BitConverter.Int64BitsToDouble(_bits) : _bits;

    /// <summary>The 8 bytes of a scalar: the IEEE bits of Float64 (Float32 widened), the integer otherwise.</summary>
    public long RawBits => _bits;

    public string AsString() => _reference as string ?? throw Mismatch("a string");

    public PvImage AsImage() => _reference as PvImage ?? throw Mismatch("an image");

    public Array AsArray() => _reference as Array ?? throw Mismatch("an array");

    /// <summary>The string, array or image; null for scalars.</summary>
    public object? Reference => _reference;

    /// <summary>Exact equality: bits of scalars (so NaN equals NaN), every element of arrays, pixels and shape of images.</summary>
    public bool Equals(PvValue other)
    {
        if (Kind != other.Kind || _bits != other._bits)
            return false;
        return (_reference, other._reference) switch
        {
            (null, null) => true,
            (string left, string right) => left == right,
            (Array left, Array right) => ArrayEquality.BitwiseEqual(left, right),
            (PvImage left, PvImage right) => ReferenceEquals(left, right)
                || (left.Codec == right.Codec && left.Shape.AsSpan().SequenceEqual(right.Shape.AsSpan()) && ArrayEquality.BitwiseEqual(left.Pixels, right.Pixels)),
            _ => false,
        };
    }

    public override bool Equals(object? obj) => obj is PvValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Kind, _bits, _reference is string text ? text.GetHashCode(StringComparison.Ordinal) : 0);

    public static bool operator ==(PvValue left, PvValue right) => left.Equals(right);
    public static bool operator !=(PvValue left, PvValue right) => !left.Equals(right);

    public override string ToString() => PvText.Format(this);

    private static PvKind ArrayKindOf(Array value) => value switch
    {
        // The CLR lets an int[] pass for a uint[], so the element type decides, not a cast.
        { Rank: 1 } => Type.GetTypeCode(value.GetType().GetElementType()) switch
        {
            TypeCode.Boolean => PvKind.BooleanArray,
            TypeCode.SByte => PvKind.Int8Array,
            TypeCode.Byte => PvKind.UInt8Array,
            TypeCode.Int16 => PvKind.Int16Array,
            TypeCode.UInt16 => PvKind.UInt16Array,
            TypeCode.Int32 => PvKind.Int32Array,
            TypeCode.UInt32 => PvKind.UInt32Array,
            TypeCode.Int64 => PvKind.Int64Array,
            TypeCode.UInt64 => PvKind.UInt64Array,
            TypeCode.Single => PvKind.Float32Array,
            TypeCode.Double => PvKind.Float64Array,
            TypeCode.String => PvKind.StringArray,
            _ => throw new ArgumentException($"an array of {value.GetType().GetElementType()} is not a PV value", nameof(value)),
        },
        _ => throw new ArgumentException("a PV array has one dimension; use PvImage for more", nameof(value)),
    };

    private InvalidOperationException Mismatch(string wanted) => new($"the value is {Kind}, not {wanted}");
}
