using System.Collections.Immutable;

namespace ModelManager.Values.Wire;

/// <summary>Metadata of a PV, in the order of <see cref="PvMeta"/>.</summary>
internal static class MetaWire
{
    /// <summary>Bytes of metadata without texts, limits or choices: 7 of one byte and 5 doubles.</summary>
    public const int SmallestSize = 47;

    public static void Write(ref WireWriter writer, PvMeta meta)
    {
        writer.Byte((byte)meta.Kind);
        writer.Text(meta.Units);
        writer.Signed(meta.Precision);
        writer.Text(meta.Description);
        foreach (var number in (ReadOnlySpan<double>)[meta.Display.Low, meta.Display.High, meta.Control.Low, meta.Control.High, meta.MinStep])
            writer.Double(number);
        writer.Byte(meta.Alarm is null ? (byte)0 : (byte)1);
        if (meta.Alarm is { } alarm)
            WriteAlarm(ref writer, alarm);
        var choices = meta.Choices.IsDefault ? [] : meta.Choices;
        writer.Count(choices.Length);
        foreach (var choice in choices)
            writer.Text(choice);
        writer.Signed(meta.Version);
    }

    public static PvMeta Read(ref WireReader reader)
    {
        var kind = (PvKind)reader.Byte("the kind of a PV");
        if (!ValueWire.IsKnown(kind))
            throw reader.Wrong("the kind of a PV", $"{(byte)kind}");
        var (units, precision, description) = (reader.RequiredText("units"), reader.SignedInt32("a precision"), reader.RequiredText("a description"));
        var display = new Limits(reader.Double("a limit"), reader.Double("a limit"));
        var control = new Limits(reader.Double("a limit"), reader.Double("a limit"));
        var minStep = reader.Double("a step");
        var alarm = Flag(ref reader) ? ReadAlarm(ref reader) : null;
        var choices = ImmutableArray.CreateBuilder<string>(reader.Count(1, "the number of choices"));
        for (var i = choices.Capacity; i > 0; i--)
            choices.Add(reader.RequiredText("a choice"));
        return new()
        {
            Kind = kind,
            Units = units,
            Precision = precision,
            Description = description,
            Display = display,
            Control = control,
            MinStep = minStep,
            Alarm = alarm,
            Choices = choices.MoveToImmutable(),
            Version = reader.SignedInt32("a version of metadata"),
        };
    }

    public static AlarmSeverity ReadSeverity(ref WireReader reader)
    {
        var severity = (AlarmSeverity)reader.Byte("a severity");
        return severity <= AlarmSeverity.Invalid ? severity : throw reader.Wrong("a severity from 0 to 3", $"{(byte)severity}");
    }

    private static void WriteAlarm(ref WireWriter writer, AlarmLimits alarm)
    {
        foreach (var limit in (ReadOnlySpan<double>)[alarm.LowAlarm, alarm.LowWarning, alarm.HighWarning, alarm.HighAlarm, alarm.Hysteresis])
            writer.Double(limit);
        foreach (var severity in (ReadOnlySpan<AlarmSeverity>)[alarm.LowAlarmSeverity, alarm.LowWarningSeverity, alarm.HighWarningSeverity, alarm.HighAlarmSeverity])
            writer.Byte((byte)severity);
        writer.Byte(alarm.Active ? (byte)1 : (byte)0);
    }

    private static AlarmLimits ReadAlarm(ref WireReader reader)
    {
        Span<double> limits = stackalloc double[5];
        foreach (ref var limit in limits)
            limit = reader.Double("an alarm limit");
        Span<AlarmSeverity> severities = stackalloc AlarmSeverity[4];
        foreach (ref var severity in severities)
            severity = ReadSeverity(ref reader);
        return new(limits[0], limits[1], limits[2], limits[3], severities[0], severities[1], severities[2], severities[3], limits[4], Flag(ref reader));
    }

    private static bool Flag(ref WireReader reader) => reader.Byte("a flag") switch
    {
        0 => false,
        1 => true,
        var other => throw reader.Wrong("a flag of 0 or 1", $"{other}"),
    };
}
