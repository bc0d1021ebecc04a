using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>How PV kinds appear in Channel Access, which knows seven element types (RSRV maps the wider record types the same way).</summary>
public static class CaTypes
{
    private static readonly string[] s_booleanChoices = ["False", "True"];

    /// <summary>The type a channel of such a PV reports: unsigned 16 bit as LONG, unsigned 32 and 64 bit as DOUBLE, a boolean as ENUM.</summary>
    public static DbrType NativeType(PvKind kind) => (kind.IsArray() ? kind.ElementKind() : kind) switch
    {
        PvKind.Boolean or PvKind.Enum => DbrType.Enum,
        PvKind.Int8 or PvKind.UInt8 => DbrType.Char,
        PvKind.Int16 => DbrType.Short,
        PvKind.UInt16 or PvKind.Int32 => DbrType.Long,
        PvKind.Float32 => DbrType.Float,
        PvKind.String => DbrType.String,
        _ => DbrType.Double,
    };

    /// <summary>The type of a value; an image is the array of its pixels.</summary>
    public static DbrType NativeType(in PvValue value) =>
        value.Kind == PvKind.Image ? NativeType(PvValue.Array(value.AsImage().Pixels).Kind) : NativeType(value.Kind);

    /// <summary>The kind in which a client sees a channel of this type.</summary>
    public static PvKind ClientKind(DbrType element, bool scalar)
    {
        var kind = element switch
        {
            DbrType.String => PvKind.String,
            DbrType.Short => PvKind.Int16,
            DbrType.Float => PvKind.Float32,
            DbrType.Enum => scalar ? PvKind.Enum : PvKind.UInt16,
            DbrType.Char => PvKind.UInt8,
            DbrType.Long => PvKind.Int32,
            _ => PvKind.Float64,
        };
        return scalar ? kind : kind.ArrayKind();
    }

    public static int ElementCount(in PvValue value) => value.Kind switch
    {
        PvKind.None => 0,
        PvKind.Image => value.AsImage().Pixels.Length,
        _ when value.Kind.IsArray() => value.AsArray().Length,
        _ => 1,
    };

    /// <summary>The texts of an ENUM channel; a boolean without its own has False and True.</summary>
    public static ReadOnlySpan<string> Choices(PvKind kind, PvMeta meta) =>
        meta.Choices.IsDefaultOrEmpty ? kind is PvKind.Boolean ? s_booleanChoices : default : meta.Choices.AsSpan();
}
