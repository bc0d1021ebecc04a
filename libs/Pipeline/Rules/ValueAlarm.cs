using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The alarm of a value by its four limits (NTScalar valueAlarm_t; order and inclusive comparison of upstream.md A4a, hysteresis as EPICS records do it).</summary>
public static class ValueAlarm
{
    /// <summary>LOLO, LOW, HIHI, HIGH in this order, limits inclusive; a level is left only when the value has come back by more than the hysteresis. NaN is INVALID.</summary>
    /// <param name="level">The level this output is at; the new one afterwards. Start with <see cref="AlarmStatus.NoAlarm"/>.</param>
    public static Alarm Evaluate(double value, AlarmLimits limits, string name, ref AlarmStatus level)
    {
        if (!limits.Active)
        {
            level = AlarmStatus.NoAlarm;
            return Alarm.None;
        }
        if (double.IsNaN(value))
            return Alarm.Invalid(AlarmStatus.Calc, $"{name} is NaN");
        level = LevelOf(value, limits, level);
        var severity = level switch
        {
            AlarmStatus.LoLo => limits.LowAlarmSeverity,
            AlarmStatus.Low => limits.LowWarningSeverity,
            AlarmStatus.HiHi => limits.HighAlarmSeverity,
            AlarmStatus.High => limits.HighWarningSeverity,
            _ => AlarmSeverity.NoAlarm,
        };
        return severity == AlarmSeverity.NoAlarm ? Alarm.None : new(severity, level, MessageOf(name, level));
    }

    private static AlarmStatus LevelOf(double value, AlarmLimits limits, AlarmStatus level)
    {
        var back = Math.Max(0, limits.Hysteresis);
        if (value <= limits.LowAlarm + (level == AlarmStatus.LoLo ? back : 0))
            return AlarmStatus.LoLo;
        if (value <= limits.LowWarning + (level is AlarmStatus.LoLo or AlarmStatus.Low ? back : 0))
            return AlarmStatus.Low;
        if (value >= limits.HighAlarm - (level == AlarmStatus.HiHi ? back : 0))
            return AlarmStatus.HiHi;
        if (value >= limits.HighWarning - (level is AlarmStatus.HiHi or AlarmStatus.High ? back : 0))
            return AlarmStatus.High;
        return AlarmStatus.NoAlarm;
    }

    private static string MessageOf(string name, AlarmStatus level) => level switch
    {
        AlarmStatus.LoLo => $"{name}: LOLO",
        AlarmStatus.Low => $"{name}: LOW",
        AlarmStatus.HiHi => $"{name}: HIHI",
        _ => $"{name}: HIGH",
    };
}
