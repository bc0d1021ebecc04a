namespace ModelManager.Epics.PvAccess;

/// <summary>Where the fields of a normative type lie in a structure: found by name in the order the peer sent, -1 where it has none.</summary>
public sealed class NtFields
{
    internal NtFields(StructureLayout layout)
    {
        Value = layout.IndexOf("value");
        Index = layout.NumberAt("value.index");
        Choices = layout.At("value.choices", PvaTypeCode.StringArray);
        Alarm = layout.IndexOf("alarm");
        Severity = layout.NumberAt("alarm.severity");
        Status = layout.NumberAt("alarm.status");
        Message = layout.At("alarm.message", PvaTypeCode.String);
        TimeStamp = layout.IndexOf("timeStamp");
        Seconds = layout.NumberAt("timeStamp.secondsPastEpoch");
        Nanoseconds = layout.NumberAt("timeStamp.nanoseconds");
        UserTag = layout.NumberAt("timeStamp.userTag");
        Display = layout.IndexOf("display");
        Units = layout.At("display.units", PvaTypeCode.String);
        Description = layout.At("display.description", PvaTypeCode.String);
        Precision = layout.NumberAt("display.precision");
        Format = layout.At("display.format", PvaTypeCode.String);
        DisplayLow = layout.NumberAt("display.limitLow");
        DisplayHigh = layout.NumberAt("display.limitHigh");
        FormIndex = layout.NumberAt("display.form.index");
        FormChoices = layout.At("display.form.choices", PvaTypeCode.StringArray);
        ControlLow = layout.NumberAt("control.limitLow");
        ControlHigh = layout.NumberAt("control.limitHigh");
        MinStep = layout.NumberAt("control.minStep");
        AlarmLimits = layout.IndexOf("valueAlarm");
        AlarmActive = layout.NumberAt("valueAlarm.active");
        LowAlarm = layout.NumberAt("valueAlarm.lowAlarmLimit");
        LowWarning = layout.NumberAt("valueAlarm.lowWarningLimit");
        HighWarning = layout.NumberAt("valueAlarm.highWarningLimit");
        HighAlarm = layout.NumberAt("valueAlarm.highAlarmLimit");
        LowAlarmSeverity = layout.NumberAt("valueAlarm.lowAlarmSeverity");
        LowWarningSeverity = layout.NumberAt("valueAlarm.lowWarningSeverity");
        HighWarningSeverity = layout.NumberAt("valueAlarm.highWarningSeverity");
        HighAlarmSeverity = layout.NumberAt("valueAlarm.highAlarmSeverity");
        Hysteresis = layout.NumberAt("valueAlarm.hysteresis");
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
            PvaTypeCode.Union when layout.At("dimension", PvaTypeCode.StructureArray) > 0 => NtKind.NdArray,
            PvaTypeCode.Structure when layout.NumberAt("value.index") > 0 && layout.At("value.choices", PvaTypeCode.StringArray) > 0 => NtKind.Enum,
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
    public int Codec { get; } = layout.At("codec.name", PvaTypeCode.String);
    public int CodecParameters { get; } = layout.At("codec.parameters", PvaTypeCode.Any);
    public int CompressedSize { get; } = layout.NumberAt("compressedSize");
    public int UncompressedSize { get; } = layout.NumberAt("uncompressedSize");
    public int UniqueId { get; } = layout.NumberAt("uniqueId");
    public int DataSeconds { get; } = layout.NumberAt("dataTimeStamp.secondsPastEpoch");
    public int DataNanoseconds { get; } = layout.NumberAt("dataTimeStamp.nanoseconds");
    public int DataUserTag { get; } = layout.NumberAt("dataTimeStamp.userTag");
    public int Dimension { get; } = layout.At("dimension", PvaTypeCode.StructureArray);
    public int Attribute { get; } = layout.At("attribute", PvaTypeCode.StructureArray);
}
