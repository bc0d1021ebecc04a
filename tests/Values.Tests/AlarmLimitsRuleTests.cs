namespace ModelManager.Values.Tests;

public class AlarmLimitsRuleTests
{
    private static readonly AlarmLimits Limits = new(-10, -5, 5, 10);

    [Theory]
    [InlineData(-10.0, AlarmSeverity.Major, AlarmStatus.LoLo)]
    [InlineData(-9.99, AlarmSeverity.Minor, AlarmStatus.Low)]
    [InlineData(-5.0, AlarmSeverity.Minor, AlarmStatus.Low)]
    [InlineData(-4.99, AlarmSeverity.NoAlarm, AlarmStatus.NoAlarm)]
    [InlineData(4.99, AlarmSeverity.NoAlarm, AlarmStatus.NoAlarm)]
    [InlineData(5.0, AlarmSeverity.Minor, AlarmStatus.High)]
    [InlineData(10.0, AlarmSeverity.Major, AlarmStatus.HiHi)]
    [InlineData(double.PositiveInfinity, AlarmSeverity.Major, AlarmStatus.HiHi)]
    [InlineData(double.NaN, AlarmSeverity.Invalid, AlarmStatus.Udf)]
    public void Limits_are_inclusive_and_the_outer_ones_win(double value, AlarmSeverity severity, AlarmStatus status)
    {
        var alarm = Limits.AlarmOf(value);
        Assert.Equal((severity, status), (alarm.Severity, alarm.Status));
    }

    [Fact]
    public void A_limit_without_severity_is_off() => Assert.Equal(AlarmStatus.High, (Limits with { HighAlarmSeverity = AlarmSeverity.NoAlarm }).AlarmOf(11).Status);

    [Fact]
    public void Inactive_limits_give_no_alarm() => Assert.Equal(Alarm.None, (Limits with { Active = false }).AlarmOf(11));
}
