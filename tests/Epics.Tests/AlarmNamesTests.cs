using ModelManager.Values;

namespace ModelManager.Epics.Tests;

public class AlarmNamesTests
{
    [Fact]
    public void Menu_codes_and_names_go_together()
    {
        Assert.Equal(["NO_ALARM", "MINOR", "MAJOR", "INVALID"], AlarmNames.SeverityChoices.ToArray());
        Assert.Equal(22, AlarmNames.StatusChoices.Length);
        Assert.Equal(("HIHI", "HIGH", "LOLO", "LOW", "UDF"), (AlarmNames.Of((AlarmStatus)3), AlarmNames.Of((AlarmStatus)4), AlarmNames.Of((AlarmStatus)5), AlarmNames.Of((AlarmStatus)6), AlarmNames.Of((AlarmStatus)17)));
        foreach (var status in Enum.GetValues<AlarmStatus>())
        {
            Assert.True(AlarmNames.TryParse(AlarmNames.Of(status), out var parsed));
            Assert.Equal(status, parsed);
        }
    }

    [Theory]
    [InlineData(0, 0, AlarmSeverity.NoAlarm, AlarmStatus.NoAlarm, null)]
    [InlineData(2, 3, AlarmSeverity.Major, AlarmStatus.HiHi, "HIHI")]
    [InlineData(3, 17, AlarmSeverity.Invalid, AlarmStatus.Udf, "UDF")]
    [InlineData(0, 17, AlarmSeverity.NoAlarm, AlarmStatus.Udf, "UDF")]
    [InlineData(9, 99, AlarmSeverity.Invalid, AlarmStatus.Udf, "UDF")]
    public void Channel_Access_codes_become_alarms(int severity, int status, AlarmSeverity expected, AlarmStatus code, string? message) =>
        Assert.Equal(new Alarm(expected, code, message), AlarmNames.FromChannelAccess(severity, status));

    // QSRV1 and QSRV2 send class 1 and the record's status name for limit alarms (captures pva-cpp-get-types, qsrv2-get); severity 4 is "undefined".
    [Theory]
    [InlineData(0, 0, "NO_ALARM", AlarmSeverity.NoAlarm, AlarmStatus.NoAlarm, null)]
    [InlineData(0, 0, "", AlarmSeverity.NoAlarm, AlarmStatus.NoAlarm, null)]
    [InlineData(2, 1, "HIHI", AlarmSeverity.Major, AlarmStatus.HiHi, "HIHI")]
    [InlineData(1, 1, "HIGH", AlarmSeverity.Minor, AlarmStatus.High, "HIGH")]
    [InlineData(1, 1, "LOW_ALARM", AlarmSeverity.Minor, AlarmStatus.Low, "LOW_ALARM")]
    [InlineData(4, 6, "UDF", AlarmSeverity.Invalid, AlarmStatus.Udf, "UDF")]
    [InlineData(3, 2, "cable off", AlarmSeverity.Invalid, AlarmStatus.Comm, "cable off")]
    [InlineData(3, 6, null, AlarmSeverity.Invalid, AlarmStatus.Udf, "UDF")]
    public void PvAccess_alarms_become_the_same(int severity, int statusClass, string? message, AlarmSeverity expected, AlarmStatus code, string? text) =>
        Assert.Equal(new Alarm(expected, code, text), AlarmNames.FromPvAccess(severity, statusClass, message));
}
