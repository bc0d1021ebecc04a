using System.Collections.Concurrent;

namespace ModelManager.Epics.PvAccess;

/// <summary>The optional parts of NTScalar and NTScalarArray.</summary>
[Flags]
public enum NtOptions : byte
{
    None = 0,
    Display = 1,
    Control = 2,
    ValueAlarm = 4,
    All = Display | Control | ValueAlarm,
}

/// <summary>The structures of the normative types, in the field order of pvxs (epics-protocol section 5); one object for each.</summary>
public static class NtTypes
{
    private static readonly FieldDesc Int = FieldDesc.Of(PvaTypeCode.Int32);
    private static readonly FieldDesc Long = FieldDesc.Of(PvaTypeCode.Int64);
    private static readonly FieldDesc Text = FieldDesc.Of(PvaTypeCode.String);
    private static readonly ConcurrentDictionary<(PvaTypeCode, NtOptions), FieldDesc> Scalars = new();

    public static FieldDesc Alarm { get; } = FieldDesc.Structure("alarm_t", ("severity", Int), ("status", Int), ("message", Text));

    public static FieldDesc Time { get; } = FieldDesc.Structure("time_t", ("secondsPastEpoch", Long), ("nanoseconds", Int), ("userTag", Int));

    public static FieldDesc EnumValue { get; } = FieldDesc.Structure("enum_t", ("index", Int), ("choices", FieldDesc.Of(PvaTypeCode.StringArray)));

    /// <summary>NTScalar of a scalar code, NTScalarArray of an array code.</summary>
    public static FieldDesc Scalar(PvaTypeCode code, NtOptions options = NtOptions.None) => Scalars.GetOrAdd((code, options), static key => BuildScalar(key.Item1, key.Item2));

    public static FieldDesc Enum { get; } = FieldDesc.Structure("epics:nt/NTEnum:1.0",
        ("value", EnumValue), ("alarm", Alarm), ("timeStamp", Time), ("display", FieldDesc.Structure("", ("description", Text))));

    public static FieldDesc ImageValue { get; } = FieldDesc.Union("",
        ("booleanValue", Array(PvaTypeCode.Boolean)), ("byteValue", Array(PvaTypeCode.Int8)), ("shortValue", Array(PvaTypeCode.Int16)), ("intValue", Array(PvaTypeCode.Int32)),
        ("longValue", Array(PvaTypeCode.Int64)), ("ubyteValue", Array(PvaTypeCode.UInt8)), ("ushortValue", Array(PvaTypeCode.UInt16)), ("uintValue", Array(PvaTypeCode.UInt32)),
        ("ulongValue", Array(PvaTypeCode.UInt64)), ("floatValue", Array(PvaTypeCode.Float32)), ("doubleValue", Array(PvaTypeCode.Float64)));

    public static FieldDesc Dimension { get; } = FieldDesc.Structure("dimension_t",
        ("size", Int), ("offset", Int), ("fullSize", Int), ("binning", Int), ("reverse", FieldDesc.Of(PvaTypeCode.Boolean)));

    public static FieldDesc Attribute { get; } = FieldDesc.Structure("epics:nt/NTAttribute:1.0",
        ("name", Text), ("value", FieldDesc.Of(PvaTypeCode.Any)), ("tags", FieldDesc.Of(PvaTypeCode.StringArray)), ("descriptor", Text),
        ("alarm", Alarm), ("timeStamp", Time), ("sourceType", Int), ("source", Text));

    public static FieldDesc NdArray { get; } = FieldDesc.Structure("epics:nt/NTNDArray:1.0",
        ("value", ImageValue), ("codec", FieldDesc.Structure("codec_t", ("name", Text), ("parameters", FieldDesc.Of(PvaTypeCode.Any)))),
        ("compressedSize", Long), ("uncompressedSize", Long), ("uniqueId", Int), ("dataTimeStamp", Time), ("alarm", Alarm), ("timeStamp", Time),
        ("dimension", FieldDesc.ArrayOf(Dimension)), ("attribute", FieldDesc.ArrayOf(Attribute)));

    public static FieldDesc Uri(FieldDesc query) => FieldDesc.Structure("epics:nt/NTURI:1.0", ("scheme", Text), ("authority", Text), ("path", Text), ("query", query));

    public static FieldDesc Table(params ReadOnlySpan<(string Name, PvaTypeCode Element)> columns)
    {
        var fields = new (string, FieldDesc)[columns.Length];
        for (var i = 0; i < columns.Length; i++)
            fields[i] = (columns[i].Name, Array(columns[i].Element));
        return FieldDesc.Structure("epics:nt/NTTable:1.0",
            ("labels", FieldDesc.Of(PvaTypeCode.StringArray)), ("value", FieldDesc.Structure("", fields)), ("descriptor", Text), ("alarm", Alarm), ("timeStamp", Time));
    }

    private static FieldDesc Array(PvaTypeCode element) => FieldDesc.Of(element.ArrayOf());

    private static FieldDesc BuildScalar(PvaTypeCode code, NtOptions options)
    {
        var fields = new List<(string, FieldDesc)> { ("value", FieldDesc.Of(code)), ("alarm", Alarm), ("timeStamp", Time) };
        // Limits have the type of the value; those of texts and flags would mean nothing.
        var limit = FieldDesc.Of(code.Element() is PvaTypeCode.String or PvaTypeCode.Boolean ? PvaTypeCode.Float64 : code.Element());
        if (code.Element() is PvaTypeCode.String or PvaTypeCode.Boolean)
            options &= NtOptions.Display;
        if ((options & NtOptions.Display) != 0)
            fields.Add(("display", FieldDesc.Structure("", ("limitLow", limit), ("limitHigh", limit), ("description", Text), ("units", Text), ("precision", Int), ("form", EnumValue))));
        if ((options & NtOptions.Control) != 0)
            fields.Add(("control", FieldDesc.Structure("", ("limitLow", limit), ("limitHigh", limit), ("minStep", limit))));
        if ((options & NtOptions.ValueAlarm) != 0)
            fields.Add(("valueAlarm", FieldDesc.Structure("",
                ("active", FieldDesc.Of(PvaTypeCode.Boolean)), ("lowAlarmLimit", limit), ("lowWarningLimit", limit), ("highWarningLimit", limit), ("highAlarmLimit", limit),
                ("lowAlarmSeverity", Int), ("lowWarningSeverity", Int), ("highWarningSeverity", Int), ("highAlarmSeverity", Int), ("hysteresis", FieldDesc.Of(PvaTypeCode.Float64)))));
        return FieldDesc.Structure(code.IsArray() ? "epics:nt/NTScalarArray:1.0" : "epics:nt/NTScalar:1.0", fields.ToArray());
    }
}
