namespace ModelManager.Values;

/// <summary>Severity, status and the text that names the cause.</summary>
public readonly record struct Alarm(AlarmSeverity Severity, AlarmStatus Status, string? Message)
{
    public static Alarm None => default;

    /// <summary>No result was computed yet.</summary>
    public static Alarm Undefined(string message) => new(AlarmSeverity.Invalid, AlarmStatus.Udf, message);

    public static Alarm Invalid(AlarmStatus status, string message) => new(AlarmSeverity.Invalid, status, message);

    /// <summary>The heavier of the two; on equal weight this one, so the first cause keeps its message.</summary>
    public Alarm Worst(in Alarm other) => other.Severity > Severity ? other : this;

    /// <summary>The pvAccess alarm_t.status class: 0 none, 1 device, 2 driver, 3 record, 4 db, 5 conf, 6 undefined, 7 client.</summary>
    /// <remarks>QSRV sends class 1 for limit alarms; UDF is 6 (reference captures qsrv2-get, pva-cpp-get-types).</remarks>
    public int PvaStatus => Status switch
    {
        AlarmStatus.NoAlarm => 0,
        AlarmStatus.Read or AlarmStatus.Write or AlarmStatus.Comm or AlarmStatus.Timeout or AlarmStatus.HwLimit => 2,
        AlarmStatus.HiHi or AlarmStatus.High or AlarmStatus.LoLo or AlarmStatus.Low or AlarmStatus.State or AlarmStatus.Cos => 1,
        AlarmStatus.Udf => 6,
        AlarmStatus.ReadAccess or AlarmStatus.WriteAccess => 7,
        _ => 3,
    };
}
