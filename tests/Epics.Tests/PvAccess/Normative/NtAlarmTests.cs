using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.PvAccess;

public class NtAlarmTests
{
    [Theory]
    // Severity, status class and text as QSRV sends them (qsrv2-get, pva-cpp-monitor-pipeline), and what they mean.
    [InlineData(1, 1, "HIGH", AlarmSeverity.Minor, AlarmStatus.High)]
    [InlineData(2, 1, "HIHI", AlarmSeverity.Major, AlarmStatus.HiHi)]
    [InlineData(3, 6, "UDF", AlarmSeverity.Invalid, AlarmStatus.Udf)]
    [InlineData(4, 6, "undefined", AlarmSeverity.Invalid, AlarmStatus.Udf)]
    [InlineData(1, 1, "STATE", AlarmSeverity.Minor, AlarmStatus.State)]
    public void Reads_what_qsrv_sends(int severity, int status, string message, AlarmSeverity expected, AlarmStatus expectedStatus)
    {
        var value = NtScalar.Double(1).With("alarm.severity", severity).With("alarm.status", status).With("alarm.message", message).Value;
        Assert.Equal(new Alarm(expected, expectedStatus, message), NtAlarm.Read(value));
    }

    [Fact]
    public void No_alarm_is_no_alarm_whatever_the_text()
    {
        Assert.Equal(Alarm.None, NtAlarm.Read(NtScalar.Double(1).With("alarm.message", "NO_ALARM").Value));
        Assert.Equal(Alarm.None, NtAlarm.Read(NtScalar.Double(1).Value));
    }

    [Fact]
    public void Writes_the_class_and_the_name_and_only_what_changed()
    {
        var value = NtScalar.Double(1).Value;
        var changed = new BitMask();
        NtAlarm.Write(value, changed, new Alarm(AlarmSeverity.Major, AlarmStatus.HiHi, null));
        Assert.Equal((2, 1, "HIHI"), (value["alarm.severity"], value["alarm.status"], value["alarm.message"]));
        Assert.Equal(new BitMask(3, 4, 5), changed);

        changed.Clear();
        NtAlarm.Write(value, changed, new Alarm(AlarmSeverity.Minor, AlarmStatus.High, null));
        Assert.Equal(new BitMask(3, 5), changed);
    }

    [Fact]
    public void Status_by_name_survives_the_way_there_and_back()
    {
        foreach (var status in Enum.GetValues<AlarmStatus>().Where(status => status != AlarmStatus.NoAlarm))
        {
            var value = NtScalar.Double(1).Value;
            NtAlarm.Write(value, new BitMask(), new Alarm(AlarmSeverity.Major, status, null));
            Assert.Equal(status, NtAlarm.Read(value).Status);
        }
    }
}
