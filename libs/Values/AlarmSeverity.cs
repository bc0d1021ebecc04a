namespace ModelManager.Values;

/// <summary>EPICS alarm severity, in order of weight (alarm.h of EPICS base; PVA alarm_t.severity 4 "undefined" is read as <see cref="Invalid"/>).</summary>
public enum AlarmSeverity : byte
{
    NoAlarm = 0,
    Minor = 1,
    Major = 2,
    Invalid = 3,
}
