using ModelManager.Values;

namespace ModelManager.Epics.PvAccess;

/// <summary>Between the kinds of <see cref="PvValue"/> and the type codes of pvAccess.</summary>
public static class NtKinds
{
    public static PvKind ToPvKind(this PvaTypeCode code)
    {
        var kind = code.Element() switch
        {
            PvaTypeCode.Boolean => PvKind.Boolean,
            PvaTypeCode.Int8 => PvKind.Int8,
            PvaTypeCode.UInt8 => PvKind.UInt8,
            PvaTypeCode.Int16 => PvKind.Int16,
            PvaTypeCode.UInt16 => PvKind.UInt16,
            PvaTypeCode.Int32 => PvKind.Int32,
            PvaTypeCode.UInt32 => PvKind.UInt32,
            PvaTypeCode.Int64 => PvKind.Int64,
            PvaTypeCode.UInt64 => PvKind.UInt64,
            PvaTypeCode.Float32 => PvKind.Float32,
            PvaTypeCode.Float64 => PvKind.Float64,
            PvaTypeCode.String => PvKind.String,
            _ => PvKind.None,
        };
        return kind != PvKind.None && code.IsArray() ? kind.ArrayKind() : kind;
    }

    /// <exception cref="ArgumentException">The kind has no scalar or array code (enumerations and images are structures).</exception>
    public static PvaTypeCode ToTypeCode(this PvKind kind)
    {
        var code = kind.ElementKind() switch
        {
            PvKind.Boolean => PvaTypeCode.Boolean,
            PvKind.Int8 => PvaTypeCode.Int8,
            PvKind.UInt8 => PvaTypeCode.UInt8,
            PvKind.Int16 => PvaTypeCode.Int16,
            PvKind.UInt16 => PvaTypeCode.UInt16,
            PvKind.Int32 => PvaTypeCode.Int32,
            PvKind.UInt32 => PvaTypeCode.UInt32,
            PvKind.Int64 => PvaTypeCode.Int64,
            PvKind.UInt64 => PvaTypeCode.UInt64,
            PvKind.Float32 => PvaTypeCode.Float32,
            PvKind.Float64 => PvaTypeCode.Float64,
            PvKind.String => PvaTypeCode.String,
            _ => throw new ArgumentException($"{kind} is neither a scalar nor an array of scalars", nameof(kind)),
        };
        return kind.IsArray() ? code.ArrayOf() : code;
    }
}
