namespace ModelManager.Epics.ChannelAccess;

/// <summary>Wire types of values (db_access.h of EPICS base): seven element types, plain and with status, time, graphic or control data in front.</summary>
public enum DbrType : ushort
{
    String = 0, Short = 1, Float = 2, Enum = 3, Char = 4, Long = 5, Double = 6,
    StsString = 7, StsShort = 8, StsFloat = 9, StsEnum = 10, StsChar = 11, StsLong = 12, StsDouble = 13,
    TimeString = 14, TimeShort = 15, TimeFloat = 16, TimeEnum = 17, TimeChar = 18, TimeLong = 19, TimeDouble = 20,
    GrString = 21, GrShort = 22, GrFloat = 23, GrEnum = 24, GrChar = 25, GrLong = 26, GrDouble = 27,
    CtrlString = 28, CtrlShort = 29, CtrlFloat = 30, CtrlEnum = 31, CtrlChar = 32, CtrlLong = 33, CtrlDouble = 34,
    PutAckTransient = 35, PutAckSeverity = 36, StsAckString = 37, ClassName = 38,
}

/// <summary>What stands in front of the elements.</summary>
public enum DbrForm : byte { Plain = 0, Sts = 1, Time = 2, Gr = 3, Ctrl = 4, Special = 5 }

/// <summary>Sizes and offsets of the wire types: the tables <c>dbr_size</c>, <c>dbr_value_size</c> and <c>dbr_value_offset</c> of libca.</summary>
public static class DbrLayout
{
    /// <summary>Bytes of a STRING element, terminator included (MAX_STRING_SIZE).</summary>
    public const int StringSize = 40;
    public const int UnitsSize = 8;
    public const int MaxEnumStates = 16;
    public const int EnumStateSize = 26;
    private const int ElementTypes = 7;

    private static readonly byte[] s_elementSize = [StringSize, 2, 4, 2, 1, 4, 8];

    // Rows: STS, TIME, GR, CTRL. Columns: STRING SHORT FLOAT ENUM CHAR LONG DOUBLE.
    private static readonly ushort[] s_offset =
    [
        4, 4, 4, 4, 5, 4, 8,
        12, 14, 12, 14, 15, 12, 16,
        4, 24, 40, 422, 19, 36, 64,
        4, 28, 48, 422, 21, 44, 80,
    ];

    public static bool IsValid(DbrType type) => type <= DbrType.ClassName;

    /// <summary>STRING to DOUBLE: what a put may carry.</summary>
    public static bool IsPlain(DbrType type) => type <= DbrType.Double;

    public static DbrForm Form(DbrType type) => type > DbrType.CtrlDouble ? DbrForm.Special : (DbrForm)((int)type / ElementTypes);

    /// <summary>The element type: one of STRING to DOUBLE.</summary>
    public static DbrType Element(DbrType type) => type switch
    {
        <= DbrType.CtrlDouble => (DbrType)((int)type % ElementTypes),
        DbrType.PutAckTransient or DbrType.PutAckSeverity => DbrType.Enum,
        _ => DbrType.String,
    };

    /// <summary>The wire type of an element type with a form.</summary>
    public static DbrType With(DbrType element, DbrForm form) => (DbrType)((int)element + (int)form * ElementTypes);

    public static int ElementSize(DbrType type) => s_elementSize[(int)Element(type)];

    /// <summary>Bytes before the first element.</summary>
    public static int ValueOffset(DbrType type) => type switch
    {
        <= DbrType.Double => 0,
        <= DbrType.CtrlDouble => s_offset[(int)type - ElementTypes],
        DbrType.StsAckString => 8,
        _ => 0,
    };

    /// <summary>Bytes of a payload before padding. No elements take the room of one, as libca and RSRV have it.</summary>
    public static long Size(DbrType type, long count) => ValueOffset(type) + Math.Max(1, count) * ElementSize(type);
}
