namespace ModelManager.Epics.PvAccess;

/// <summary>What a field holds (pvAccess protocol specification, "Introspection data"). Bit 0x08 makes an array of it; bounded and fixed arrays are a property of <see cref="FieldDesc"/>.</summary>
public enum PvaTypeCode : byte
{
    Boolean = 0x00, Int8 = 0x20, Int16 = 0x21, Int32 = 0x22, Int64 = 0x23, UInt8 = 0x24, UInt16 = 0x25, UInt32 = 0x26, UInt64 = 0x27,
    Float32 = 0x42, Float64 = 0x43, String = 0x60, Structure = 0x80, Union = 0x81, Any = 0x82,
    BooleanArray = 0x08, Int8Array = 0x28, Int16Array = 0x29, Int32Array = 0x2A, Int64Array = 0x2B, UInt8Array = 0x2C, UInt16Array = 0x2D,
    UInt32Array = 0x2E, UInt64Array = 0x2F, Float32Array = 0x4A, Float64Array = 0x4B, StringArray = 0x68,
    StructureArray = 0x88, UnionArray = 0x89, AnyArray = 0x8A,
}

public static class PvaTypeCodeExtensions
{
    private const PvaTypeCode ArrayBit = (PvaTypeCode)0x08;

    public static bool IsArray(this PvaTypeCode code) => (code & ArrayBit) != 0;

    public static PvaTypeCode Element(this PvaTypeCode code) => code & ~ArrayBit;

    public static PvaTypeCode ArrayOf(this PvaTypeCode code) => code | ArrayBit;

    /// <summary>Numbers and booleans: the value lies in 8 bytes.</summary>
    public static bool IsNumeric(this PvaTypeCode code) => !code.IsArray() && (byte)code < 0x60;

    public static bool IsNumericArray(this PvaTypeCode code) => code.IsArray() && (byte)code < 0x60;

    /// <summary>Bytes of one number on the wire; the least number of bytes of anything else.</summary>
    public static int WireSize(this PvaTypeCode code) => code.Element() switch
    {
        PvaTypeCode.Int16 or PvaTypeCode.UInt16 => 2,
        PvaTypeCode.Int32 or PvaTypeCode.UInt32 or PvaTypeCode.Float32 => 4,
        PvaTypeCode.Int64 or PvaTypeCode.UInt64 or PvaTypeCode.Float64 => 8,
        _ => 1,
    };

    public static bool IsDefined(byte code) => code is 0x00 or 0x08 or (>= 0x20 and <= 0x27) or (>= 0x28 and <= 0x2F) or 0x42 or 0x43 or 0x4A or 0x4B
        or 0x60 or 0x68 or 0x80 or 0x81 or 0x82 or 0x88 or 0x89 or 0x8A;

    /// <summary>The name as pvinfo prints it.</summary>
    public static string Text(this PvaTypeCode code) => code.Element() switch
    {
        PvaTypeCode.Boolean => "boolean",
        PvaTypeCode.Int8 => "byte",
        PvaTypeCode.Int16 => "short",
        PvaTypeCode.Int32 => "int",
        PvaTypeCode.Int64 => "long",
        PvaTypeCode.UInt8 => "ubyte",
        PvaTypeCode.UInt16 => "ushort",
        PvaTypeCode.UInt32 => "uint",
        PvaTypeCode.UInt64 => "ulong",
        PvaTypeCode.Float32 => "float",
        PvaTypeCode.Float64 => "double",
        PvaTypeCode.String => "string",
        PvaTypeCode.Structure => "structure",
        PvaTypeCode.Union => "union",
        _ => "any",
    } + (code.IsArray() ? "[]" : "");
}
