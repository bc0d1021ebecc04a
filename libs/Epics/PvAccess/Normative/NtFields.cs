namespace ModelManager.Epics.PvAccess;

/// <summary>Where the fields of a normative type lie in a structure: found by name in the order the peer sent, -1 where it has none.</summary>
public sealed class NtFields
{
    internal NtFields(StructureLayout layout)
    {
        Value = layout.IndexOf("value");
        Index = layout.IndexOf("value.index");
        Choices = layout.IndexOf("value.choices");
        Alarm = layout.IndexOf("alarm");
        Severity = layout.IndexOf("alarm.severity");
        Status = layout.IndexOf("alarm.status");
        Message = layout.IndexOf("alarm.message");
        TimeStamp = layout.IndexOf("timeStamp");
        Seconds = layout.IndexOf("timeStamp.secondsPastEpoch");
        Nanoseconds = layout.IndexOf("timeStamp.nanoseconds");
        UserTag = layout.IndexOf("timeStamp.userTag");
        Display = layout.IndexOf("display");
        Units = layout.IndexOf("display.units");
        Description = layout.IndexOf("display.description");
        Precision = layout.IndexOf("display.precision");
        Format = layout.IndexOf("display.format");
        DisplayLow = layout.IndexOf("display.limitLow");
        DisplayHigh = layout.IndexOf("display.limitHigh");
        FormIndex = layout.IndexOf("display.form.index");
        FormChoices = layout.IndexOf("display.form.choices");
        ControlLow = layout.IndexOf("control.limitLow");
        ControlHigh = layout.IndexOf("control.limitHigh");
        MinStep = layout.IndexOf("control.minStep");
        AlarmLimits = layout.IndexOf("valueAlarm");
        AlarmActive = layout.IndexOf("valueAlarm.active");
        LowAlarm = layout.IndexOf("valueAlarm.lowAlarmLimit");
        LowWarning = layout.IndexOf("valueAlarm.lowWarningLimit");
        HighWarning = layout.IndexOf("valueAlarm.highWarningLimit");
        HighAlarm = layout.IndexOf("valueAlarm.highAlarmLimit");
        LowAlarmSeverity = layout.IndexOf("valueAlarm.lowAlarmSeverity");
        LowWarningSeverity = layout.IndexOf("valueAlarm.lowWarningSeverity");
        HighWarningSeverity = layout.IndexOf("valueAlarm.highWarningSeverity");
        HighAlarmSeverity = layout.IndexOf("valueAlarm.highAlarmSeverity");
        Hysteresis = layout.IndexOf("valueAlarm.hysteresis");
        Kind = KindOf(layout);
        if (Kind == NtKind.NdArray)
            Image = new NtImageFields(layout);

        var meta = new BitMask();
        foreach (var root in (int[])[Display, layout.IndexOf("control"), AlarmLimits])
            for (var i = Math.Max(root, 0); root >= 0 && i < layout.Nodes[root].End; i++)
                meta.Set(i);
        if (Choices >= 0)
            meta.Set(Choices);
        // The bit of a structure stands for all below it.
        if (Kind == NtKind.Enum)
            meta.Set(Value);
        if (meta.Next(0) >= 0)
            meta.Set(0);
        Metadata = meta;
    }

    public NtKind Kind { get; }
    public int Value { get; }
    public int Index { get; }
    public int Choices { get; }
    public int Alarm { get; }
    public int Severity { get; }
    public int Status { get; }
    public int Message { get; }
    public int TimeStamp { get; }
    public int Seconds { get; }
    public int Nanoseconds { get; }
    public int UserTag { get; }
    public int Display { get; }
    public int Units { get; }
    public int Description { get; }
    public int Precision { get; }
    public int Format { get; }
    public int DisplayLow { get; }
    public int DisplayHigh { get; }
    public int FormIndex { get; }
    public int FormChoices { get; }
    public int ControlLow { get; }
    public int ControlHigh { get; }
    public int MinStep { get; }
    public int AlarmLimits { get; }
    public int AlarmActive { get; }
    public int LowAlarm { get; }
    public int LowWarning { get; }
    public int HighWarning { get; }
    public int HighAlarm { get; }
    public int LowAlarmSeverity { get; }
    public int LowWarningSeverity { get; }
    public int HighWarningSeverity { get; }
    public int HighAlarmSeverity { get; }
    public int Hysteresis { get; }
    public NtImageFields? Image { get; }

    /// <summary>The fields that make up a <see cref="Values.PvMeta"/>, and the structures above them: when one changes, the metadata is read again.</summary>
    public BitMask Metadata { get; }

    // By shape, not by id: servers differ in ids (epics-protocol, trap 8).
    private static NtKind KindOf(StructureLayout layout)
    {
        var value = layout.IndexOf("value");
        if (value < 0)
            return NtKind.Other;
        return layout.Nodes[value].Code switch
        {
            PvaTypeCode.Union when layout.IndexOf("dimension") > 0 => NtKind.NdArray,
            PvaTypeCode.Structure when layout.IndexOf("value.index") > 0 && layout.IndexOf("value.choices") > 0 => NtKind.Enum,
            PvaTypeCode.Structure when layout.IndexOf("labels") > 0 => NtKind.Table,
            var code when code.IsNumeric() || code == PvaTypeCode.String => NtKind.Scalar,
            var code when code.IsNumericArray() || code == PvaTypeCode.StringArray => NtKind.ScalarArray,
            _ => NtKind.Other,
        };
    }
}

public enum NtKind : byte
{
    /// <summary>A structure that is none of the normative types known here.</summary>
    Other,
    Scalar, ScalarArray, Enum, NdArray, Table,
}

/// <summary>The fields of an NTNDArray besides those every type has.</summary>
public sealed class NtImageFields(StructureLayout layout)
{
    public int Codec { get; } = layout.IndexOf("codec.name");
    public int CodecParameters { get; } = layout.IndexOf("codec.parameters");
    public int CompressedSize { get; } = layout.IndexOf("compressedSize");
    public int UncompressedSize { get; } = layout.IndexOf("uncompressedSize");
    public int UniqueId { get; } = layout.IndexOf("uniqueId");
    public int DataSeconds { get; } = layout.IndexOf("dataTimeStamp.secondsPastEpoch");
    public int DataNanoseconds { get; } = layout.IndexOf("dataTimeStamp.nanoseconds");
    public int DataUserTag { get; } = layout.IndexOf("dataTimeStamp.userTag");
    public int Dimension { get; } = layout.IndexOf("dimension");
    public int Attribute { get; } = layout.IndexOf("attribute");
}
