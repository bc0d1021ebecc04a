using ModelManager.Values;

namespace ModelManager.Epics.PvAccess;

/// <summary>alarm_t, both ways. pvAccess sends a class of statuses and a text; the Channel Access status is found again by the text where it is one of base's names.</summary>
public static class NtAlarm
{
    private static readonly string[] Names =
    [
        "", "READ", "WRITE", "HIHI", "HIGH", "LOLO", "LOW", "STATE", "COS", "COMM", "TIMEOUT", "HWLIMIT", "CALC", "SCAN", "LINK", "SOFT", "BAD_SUB", "UDF",
        "DISABLE", "SIMM", "READ_ACCESS", "WRITE_ACCESS",
    ];

    public static Alarm Read(PvaStructure value)
    {
        var nt = value.Layout.Nt;
        if (nt.Severity < 0)
            return Alarm.None;
        var severity = value.GetInt64(nt.Severity) switch
        {
            0 => AlarmSeverity.NoAlarm,
            1 => AlarmSeverity.Minor,
            2 => AlarmSeverity.Major,
            _ => AlarmSeverity.Invalid,
        };
        var message = nt.Message < 0 ? "" : value.GetString(nt.Message);
        // QSRV1 says NO_ALARM where there is none.
        if (severity == AlarmSeverity.NoAlarm && message is "" or "NO_ALARM")
            return Alarm.None;
        return new(severity, StatusOf(nt.Status < 0 ? 0 : value.GetInt64(nt.Status), message), message.Length == 0 ? null : message);
    }

    /// <summary>Sets what differs, and its bits.</summary>
    public static void Write(PvaStructure value, BitMask changed, in Alarm alarm)
    {
        var nt = value.Layout.Nt;
        NtChange.Integer(value, changed, nt.Severity, (int)alarm.Severity);
        NtChange.Integer(value, changed, nt.Status, alarm.PvaStatus);
        NtChange.Text(value, changed, nt.Message, alarm.Message ?? Names[Math.Min((int)alarm.Status, Names.Length - 1)]);
    }

    private static AlarmStatus StatusOf(long statusClass, string message)
    {
        var byName = message.Length == 0 ? -1 : Array.IndexOf(Names, message);
        if (byName > 0)
            return (AlarmStatus)byName;
        return statusClass switch
        {
            0 => AlarmStatus.NoAlarm,
            1 => AlarmStatus.State,
            2 => AlarmStatus.Comm,
            6 => AlarmStatus.Udf,
            7 => AlarmStatus.Comm,
            _ => AlarmStatus.Soft,
        };
    }
}
