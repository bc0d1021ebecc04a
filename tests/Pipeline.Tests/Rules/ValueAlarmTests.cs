using ModelManager.Values;

namespace ModelManager.Pipeline.Tests;

public class ValueAlarmTests
{
    private static readonly AlarmLimits Limits = new(-10, -5, 5, 10);

    // upstream.md A4a, in its order: inclusive comparisons, status 5 LOLO, 6 LOW, 3 HIHI, 4 HIGH.
    [Theory]
    [InlineData(-11, AlarmSeverity.Major, AlarmStatus.LoLo, "X: LOLO")]
    [InlineData(-10, AlarmSeverity.Major, AlarmStatus.LoLo, "X: LOLO")]
    [InlineData(-9.9, AlarmSeverity.Minor, AlarmStatus.Low, "X: LOW")]
    [InlineData(-5, AlarmSeverity.Minor, AlarmStatus.Low, "X: LOW")]
    [InlineData(0, AlarmSeverity.NoAlarm, AlarmStatus.NoAlarm, null)]
    [InlineData(5, AlarmSeverity.Minor, AlarmStatus.High, "X: HIGH")]
    [InlineData(10, AlarmSeverity.Major, AlarmStatus.HiHi, "X: HIHI")]
    [InlineData(double.PositiveInfinity, AlarmSeverity.Major, AlarmStatus.HiHi, "X: HIHI")]
    public void Levels(double value, AlarmSeverity severity, AlarmStatus status, string? message)
    {
        var level = AlarmStatus.NoAlarm;
        Assert.Equal(new Alarm(severity, status, message), ValueAlarm.Evaluate(value, Limits, "X", ref level));
        Assert.Equal(status, level);
    }

    [Fact]
    public void The_numbers_of_the_status_codes_are_those_of_upstream() =>
        Assert.Equal([5, 6, 3, 4], new[] { AlarmStatus.LoLo, AlarmStatus.Low, AlarmStatus.HiHi, AlarmStatus.High }.Select(s => (int)s));

    [Fact]
    public void Low_limits_win_where_limits_coincide()
    {
        var level = AlarmStatus.NoAlarm;
        Assert.Equal(AlarmStatus.LoLo, ValueAlarm.Evaluate(1, new(1, 1, 1, 1), "X", ref level).Status);
    }

    [Fact]
    public void Not_a_number_is_invalid_and_keeps_the_level()
    {
        var level = AlarmStatus.High;
        Assert.Equal(Alarm.Invalid(AlarmStatus.Calc, "X is NaN"), ValueAlarm.Evaluate(double.NaN, Limits, "X", ref level));
        Assert.Equal(AlarmStatus.High, level);
    }

    [Fact]
    public void A_severity_of_zero_is_no_alarm()
    {
        var level = AlarmStatus.NoAlarm;
        Assert.Equal(Alarm.None, ValueAlarm.Evaluate(7, Limits with { HighWarningSeverity = AlarmSeverity.NoAlarm }, "X", ref level));
    }

    [Fact]
    public void Inactive_limits_give_no_alarm()
    {
        var level = AlarmStatus.High;
        Assert.Equal(Alarm.None, ValueAlarm.Evaluate(99, Limits with { Active = false }, "X", ref level));
        Assert.Equal(AlarmStatus.NoAlarm, level);
    }

    [Fact]
    public void A_level_is_left_only_beyond_the_hysteresis()
    {
        var limits = Limits with { Hysteresis = 1 };
        var level = AlarmStatus.NoAlarm;
        AlarmStatus At(double value) => ValueAlarm.Evaluate(value, limits, "X", ref level).Status;
        Assert.Equal([AlarmStatus.NoAlarm, AlarmStatus.High, AlarmStatus.High, AlarmStatus.NoAlarm], new[] { 4.5, 5, 4.5, 3.9 }.Select(At));
        Assert.Equal([AlarmStatus.HiHi, AlarmStatus.HiHi, AlarmStatus.High, AlarmStatus.High, AlarmStatus.NoAlarm], new[] { 10, 9.5, 8.9, 4.5, 3.9 }.Select(At));
        Assert.Equal([AlarmStatus.LoLo, AlarmStatus.LoLo, AlarmStatus.Low, AlarmStatus.Low, AlarmStatus.NoAlarm], new[] { -10, -9.5, -8.9, -4.5, -3.9 }.Select(At));
    }
}
