using ModelManager.Values;

namespace ModelManager.Epics;

/// <summary>How alarms read on the two protocols: Channel Access sends the menu code of the status, pvAccess a class and the name as message.</summary>
/// <remarks>Names of menuAlarmStat of EPICS base. The arrays are shared, so naming an alarm allocates nothing.</remarks>
public static class AlarmNames
{
    private static readonly string[] s_status =
    [
        "NO_ALARM", "READ", "WRITE", "HIHI", "HIGH", "LOLO", "LOW", "STATE", "COS", "COMM", "TIMEOUT", "HWLIMIT",
        "CALC", "SCAN", "LINK", "SOFT", "BAD_SUB", "UDF", "DISABLE", "SIMM", "READ_ACCESS", "WRITE_ACCESS",
    ];

    private static readonly string[] s_severity = ["NO_ALARM", "MINOR", "MAJOR", "INVALID"];

    /// <summary>The choices of a record's STAT field, by code.</summary>
    public static ReadOnlySpan<string> StatusChoices => s_status;

    /// <summary>The choices of a record's SEVR field, by code.</summary>
    public static ReadOnlySpan<string> SeverityChoices => s_severity;

    public static string Of(AlarmStatus status) => (int)status < s_status.Length ? s_status[(int)status] : "UDF";

    public static string Of(AlarmSeverity severity) => (int)severity < s_severity.Length ? s_severity[(int)severity] : "INVALID";

    /// <summary>The status with this name, as pvAccess servers write it in <c>alarm.message</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> name, out AlarmStatus status)
    {
        var text = name.Trim();
        if (text.EndsWith("_ALARM", StringComparison.Ordinal) && !text.SequenceEqual("NO_ALARM"))
            text = text[..^"_ALARM".Length];
        for (var i = 0; i < s_status.Length; i++)
        {
            if (!text.Equals(s_status[i], StringComparison.OrdinalIgnoreCase))
                continue;
            status = (AlarmStatus)i;
            return true;
        }
        status = AlarmStatus.NoAlarm;
        return false;
    }

    /// <summary>Codes as Channel Access sends them; codes that do not exist count as INVALID and UDF. The message is the status name, none without an alarm.</summary>
    public static Alarm FromChannelAccess(int severity, int status)
    {
        if (severity == 0 && status == 0)
            return default;
        var known = status >= 0 && status < s_status.Length ? (AlarmStatus)status : AlarmStatus.Udf;
        return new((AlarmSeverity)Math.Clamp(severity, 0, 3), known, Of(known));
    }

    /// <summary>A pvAccess alarm_t: severity 4 (undefined) reads as INVALID; the message names the status if it can, else its class does.</summary>
    public static Alarm FromPvAccess(int severity, int statusClass, string? message)
    {
        if (severity == 0 && statusClass == 0)
            return string.IsNullOrEmpty(message) || message == "NO_ALARM" ? default : new(AlarmSeverity.NoAlarm, AlarmStatus.NoAlarm, message);
        if (string.IsNullOrEmpty(message) || !TryParse(message, out var status))
        {
            status = statusClass switch
            {
                0 => AlarmStatus.NoAlarm,
                1 => AlarmStatus.State,
                2 => AlarmStatus.Comm,
                6 => AlarmStatus.Udf,
                7 => AlarmStatus.Link,
                _ => AlarmStatus.Soft,
            };
        }
        return new((AlarmSeverity)Math.Clamp(severity, 0, 3), status, string.IsNullOrEmpty(message) ? Of(status) : message);
    }
}
