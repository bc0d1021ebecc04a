using ModelManager.Values;

namespace ModelManager.Epics.PvAccess;

/// <summary>display, control, valueAlarm and choices, both ways. Numbers are read whatever their type: QSRV1, QSRV2 and pvxs differ.</summary>
public static class NtMeta
{
    private static readonly string[] Forms = ["Default", "String", "Binary", "Decimal", "Hex", "Exponential", "Engineering"];

    /// <summary>The metadata of a structure, one version above the previous.</summary>
    public static PvMeta Read(PvaStructure value, PvMeta? previous = null)
    {
        var nt = value.Layout.Nt;
        return new PvMeta
        {
            Kind = NtValue.KindOf(value),
            Units = Text(value, nt.Units),
            Description = Text(value, nt.Description),
            Precision = nt.Precision >= 0 ? (int)value.GetInt64(nt.Precision) : PrecisionOf(Text(value, nt.Format)),
            Display = new(Number(value, nt.DisplayLow), Number(value, nt.DisplayHigh)),
            Control = new(Number(value, nt.ControlLow), Number(value, nt.ControlHigh)),
            MinStep = Number(value, nt.MinStep),
            Alarm = nt.AlarmLimits < 0 ? null : new AlarmLimits(
                Number(value, nt.LowAlarm), Number(value, nt.LowWarning), Number(value, nt.HighWarning), Number(value, nt.HighAlarm),
                Severity(value, nt.LowAlarmSeverity), Severity(value, nt.LowWarningSeverity), Severity(value, nt.HighWarningSeverity), Severity(value, nt.HighAlarmSeverity),
                Number(value, nt.Hysteresis), nt.AlarmActive >= 0 && value.GetInt64(nt.AlarmActive) != 0),
            Choices = nt.Choices < 0 ? [] : [.. (string[])value.GetArray(nt.Choices)],
            Version = (previous?.Version ?? 0) + 1,
        };
    }

    /// <summary>Sets what differs, and its bits.</summary>
    public static void Write(PvaStructure value, BitMask changed, PvMeta meta)
    {
        var nt = value.Layout.Nt;
        NtChange.Text(value, changed, nt.Units, meta.Units);
        NtChange.Text(value, changed, nt.Description, meta.Description);
        if (meta.Precision >= 0)
            NtChange.Integer(value, changed, nt.Precision, meta.Precision);
        if (nt.FormChoices >= 0 && value.Cells[nt.FormChoices].Ref is null)
        {
            value.SetArray(nt.FormChoices, Forms);
            changed.Set(nt.FormChoices);
            changed.Set(nt.FormIndex);
        }
        NtChange.Number(value, changed, nt.DisplayLow, meta.Display.Low);
        NtChange.Number(value, changed, nt.DisplayHigh, meta.Display.High);
        NtChange.Number(value, changed, nt.ControlLow, meta.Control.Low);
        NtChange.Number(value, changed, nt.ControlHigh, meta.Control.High);
        NtChange.Number(value, changed, nt.MinStep, meta.MinStep);
        if (meta.Alarm is { } alarm)
            WriteAlarm(value, changed, nt, alarm);
        if (nt.Choices >= 0 && !meta.Choices.AsSpan().SequenceEqual(value.GetSpan<string>(nt.Choices)))
        {
            value.SetArray(nt.Choices, meta.Choices.ToArray());
            changed.Set(nt.Choices);
        }
    }

    /// <summary>The parts of NTScalar that this metadata needs.</summary>
    public static NtOptions OptionsFor(PvMeta meta) =>
        (meta.Units.Length > 0 || meta.Description.Length > 0 || meta.Precision >= 0 || meta.Display.AreSet ? NtOptions.Display : 0)
        | (meta.Control.AreSet || meta.MinStep != 0 ? NtOptions.Control : 0)
        | (meta.Alarm is null ? 0 : NtOptions.ValueAlarm);

    private static void WriteAlarm(PvaStructure value, BitMask changed, NtFields nt, AlarmLimits alarm)
    {
        NtChange.Integer(value, changed, nt.AlarmActive, alarm.Active ? 1 : 0);
        NtChange.Number(value, changed, nt.LowAlarm, alarm.LowAlarm);
        NtChange.Number(value, changed, nt.LowWarning, alarm.LowWarning);
        NtChange.Number(value, changed, nt.HighWarning, alarm.HighWarning);
        NtChange.Number(value, changed, nt.HighAlarm, alarm.HighAlarm);
        NtChange.Integer(value, changed, nt.LowAlarmSeverity, (int)alarm.LowAlarmSeverity);
        NtChange.Integer(value, changed, nt.LowWarningSeverity, (int)alarm.LowWarningSeverity);
        NtChange.Integer(value, changed, nt.HighWarningSeverity, (int)alarm.HighWarningSeverity);
        NtChange.Integer(value, changed, nt.HighAlarmSeverity, (int)alarm.HighAlarmSeverity);
        NtChange.Number(value, changed, nt.Hysteresis, alarm.Hysteresis);
    }

    private static string Text(PvaStructure value, int index) => index < 0 ? "" : value.GetString(index);

    private static double Number(PvaStructure value, int index) => index < 0 || !value.Layout.Nodes[index].Code.IsNumeric() ? 0 : value.GetDouble(index);

    private static AlarmSeverity Severity(PvaStructure value, int index) => index < 0 ? AlarmSeverity.NoAlarm : (AlarmSeverity)Math.Clamp(value.GetInt64(index), 0, 3);

    // Servers before precision was a field send a printf format ("%.3f", "F3").
    private static int PrecisionOf(string format)
    {
        var digits = new string([.. format.SkipWhile(c => !char.IsAsciiDigit(c) && c != '.').SkipWhile(c => c == '.').TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, out var precision) ? precision : -1;
    }
}
