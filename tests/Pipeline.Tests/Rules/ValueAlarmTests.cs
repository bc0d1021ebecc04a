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

    // A level that was reached earlier widens its own limit and the ones inside it on its side, no other.
    [Theory]
    [InlineData(AlarmStatus.Low, -9.5, AlarmStatus.Low)]
    [InlineData(AlarmStatus.High, 9.5, AlarmStatus.High)]
    [InlineData(AlarmStatus.High, -4.5, AlarmStatus.NoAlarm)]
    [InlineData(AlarmStatus.HiHi, -9.5, AlarmStatus.Low)]
    [InlineData(AlarmStatus.Low, 4.5, AlarmStatus.NoAlarm)]
    [InlineData(AlarmStatus.LoLo, 9.5, AlarmStatus.High)]
    [InlineData(AlarmStatus.LoLo, -9, AlarmStatus.LoLo)]        // inclusive there too
    [InlineData(AlarmStatus.LoLo, -4, AlarmStatus.Low)]
    [InlineData(AlarmStatus.HiHi, 9, AlarmStatus.HiHi)]
    [InlineData(AlarmStatus.HiHi, 4, AlarmStatus.High)]
    public void Hysteresis_belongs_to_the_side_and_level_that_was_reached(AlarmStatus before, double value, AlarmStatus after)
    {
        ValueAlarm.Evaluate(value, Limits with { Hysteresis = 1 }, "X", ref before);
        Assert.Equal(after, before);
    }

    [Fact]
    public void A_hysteresis_below_zero_counts_as_none()
    {
        var level = AlarmStatus.High;
        Assert.Equal(AlarmStatus.High, ValueAlarm.Evaluate(5, Limits with { Hysteresis = -1 }, "X", ref level).Status);
    }

    [Fact]
    public void Limits_that_are_not_given_give_no_alarm()
    {
        var level = AlarmStatus.NoAlarm;
        Assert.Equal(Alarm.None, ValueAlarm.Evaluate(-99, new(double.NaN, double.NaN, 5, double.NaN), "X", ref level));
        Assert.Equal(AlarmStatus.High, ValueAlarm.Evaluate(99, new(double.NaN, double.NaN, 5, double.NaN), "X", ref level).Status);
    }

    // upstream.md A4a: the level is found first, its severity then; a severity of zero does not fall through to the next level.
    [Fact]
    public void Each_level_has_its_own_severity()
    {
        var limits = Limits with { LowAlarmSeverity = AlarmSeverity.Invalid, LowWarningSeverity = AlarmSeverity.Major, HighWarningSeverity = AlarmSeverity.Minor, HighAlarmSeverity = AlarmSeverity.NoAlarm };
        var level = AlarmStatus.NoAlarm;
        Assert.Equal([AlarmSeverity.Invalid, AlarmSeverity.Major, AlarmSeverity.Minor, AlarmSeverity.NoAlarm], new[] { -11.0, -6, 6, 11 }.Select(v => ValueAlarm.Evaluate(v, limits, "X", ref level).Severity));
        Assert.Equal(AlarmStatus.HiHi, level);
    }
}
