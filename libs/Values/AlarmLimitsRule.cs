namespace ModelManager.Values;

/// <summary>The alarm a value has under its limits.</summary>
public static class AlarmLimitsRule
{
    /// <summary>Limits are inclusive and the outer ones (LOLO, HIHI) win over the inner ones (LOW, HIGH). A limit with severity NoAlarm is off. NaN is INVALID.</summary>
    /// <remarks>Order and inclusiveness as the EPICS record support (checkAlarms of aiRecord.c: &gt;= and &lt;=) and poly-lithic's <c>compute_alarm</c>;
    /// unlike the latter a NaN is no good value. Hysteresis needs the last alarm and is the caller's.</remarks>
    public static Alarm AlarmOf(this AlarmLimits limits, double value)
    {
        if (double.IsNaN(value))
            return Alarm.Invalid(AlarmStatus.Udf, "the value is not a number");
        if (!limits.Active)
            return Alarm.None;
        if (value <= limits.LowAlarm && limits.LowAlarmSeverity != AlarmSeverity.NoAlarm)
            return new(limits.LowAlarmSeverity, AlarmStatus.LoLo, "LOLO");
        if (value >= limits.HighAlarm && limits.HighAlarmSeverity != AlarmSeverity.NoAlarm)
            return new(limits.HighAlarmSeverity, AlarmStatus.HiHi, "HIHI");
        if (value <= limits.LowWarning && limits.LowWarningSeverity != AlarmSeverity.NoAlarm)
            return new(limits.LowWarningSeverity, AlarmStatus.Low, "LOW");
        if (value >= limits.HighWarning && limits.HighWarningSeverity != AlarmSeverity.NoAlarm)
            return new(limits.HighWarningSeverity, AlarmStatus.High, "HIGH");
        return Alarm.None;
    }
}
