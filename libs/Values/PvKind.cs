namespace ModelManager.Values;

/// <summary>What a <see cref="PvValue"/> holds: EPICS scalars of their width, arrays of them, an enumeration, or an image.</summary>
public enum PvKind : byte
{
    None = 0,
    Boolean = 1, Int8 = 2, UInt8 = 3, Int16 = 4, UInt16 = 5, Int32 = 6, UInt32 = 7, Int64 = 8, UInt64 = 9, Float32 = 10, Float64 = 11,
    String = 12,
    /// <summary>An index; the choices are in <see cref="PvMeta.Choices"/>.</summary>
    Enum = 13,
    BooleanArray = 33, Int8Array = 34, UInt8Array = 35, Int16Array = 36, UInt16Array = 37, Int32Array = 38, UInt32Array = 39, Int64Array = 40,
    UInt64Array = 41, Float32Array = 42, Float64Array = 43, StringArray = 44,
    /// <summary>A <see cref="PvImage"/>.</summary>
    Image = 64,
}

public static class PvKindExtensions
{
    private const int ArrayOffset = 32;

    public static bool IsArray(this PvKind kind) => kind is >= PvKind.BooleanArray and <= PvKind.StringArray;

    /// <summary>Numbers and booleans that convert to one double.</summary>
    public static bool IsNumericScalar(this PvKind kind) => kind is (>= PvKind.Boolean and <= PvKind.Float64) or PvKind.Enum;

    public static bool IsNumericArray(this PvKind kind) => kind is >= PvKind.BooleanArray and <= PvKind.Float64Array;

    public static PvKind ElementKind(this PvKind kind) => kind.IsArray() ? kind - ArrayOffset : kind;

    public static PvKind ArrayKind(this PvKind kind) => kind is >= PvKind.Boolean and <= PvKind.String
        ? kind + ArrayOffset
        : throw new ArgumentOutOfRangeException(nameof(kind), kind, "this kind has no array form");
}
