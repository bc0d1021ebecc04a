using ModelManager.Values;

namespace ModelManager.Pipeline.Tests;

public class NumericRuleTests
{
    [Theory]
    [InlineData(10, 5, 15, false)]
    [InlineData(10, 5, 16, true)]
    public void Max_age_is_exceeded_one_tick_after_it(long received, long max, long now, bool exceeded)
    {
        Assert.Equal(exceeded, MaxAge.IsExceeded(received, max, now));
        Assert.True(MaxAge.IsExceeded(received, max, MaxAge.ExceededAt(received, max)));
        Assert.False(MaxAge.IsExceeded(received, max, MaxAge.ExceededAt(received, max) - 1));
    }

    [Theory]
    [InlineData(1.5, AlarmSeverity.NoAlarm, true)]      // exactly the band
    [InlineData(1.51, AlarmSeverity.NoAlarm, false)]
    [InlineData(0.5, AlarmSeverity.NoAlarm, true)]
    [InlineData(1.0, AlarmSeverity.Minor, false)]       // a change of severity always goes
    [InlineData(double.NaN, AlarmSeverity.NoAlarm, false)]
    public void Dead_band_holds_small_changes_only(double value, AlarmSeverity severity, bool holds) =>
        Assert.Equal(holds, DeadBand.Holds(value, severity, 1.0, AlarmSeverity.NoAlarm, 0.5));

    [Theory]
    [InlineData(109, true)]
    [InlineData(110, false)]
    public void Max_rate_holds_within_the_interval(long now, bool holds)
    {
        Assert.Equal(holds, MaxRate.Holds(100, 10, now));
        Assert.Equal(110, MaxRate.FreeAt(100, 10));
    }

    [Theory]
    [InlineData(12, 12, false)]
    [InlineData(15, 13, true)]
    [InlineData(5, 7, true)]
    [InlineData(7, 7, false)]
    public void Max_step_moves_towards_the_result(double wanted, double expected, bool clamped)
    {
        Assert.Equal(expected, MaxStep.Apply(wanted, 10, 3, out var was));
        Assert.Equal(clamped, was);
    }

    [Theory]
    [InlineData(double.NaN)]                        // nothing was posted yet
    [InlineData(double.NegativeInfinity)]           // log(0): from there no step leads back
    public void Without_a_finite_number_before_there_is_no_step(double posted)
    {
        Assert.Equal(7.0, MaxStep.Apply(7, posted, 3, out var was));
        Assert.False(was);
    }

    [Fact]
    public void A_step_to_an_infinity_is_the_largest()
    {
        Assert.Equal(7.0, MaxStep.Apply(double.NegativeInfinity, 10, 3, out var was));
        Assert.True(was);
    }

    [Theory]
    [InlineData(5.0, 0.0, 10.0, 5.0, false)]
    [InlineData(-1.0, 0.0, 10.0, 0.0, true)]
    [InlineData(11.0, 0.0, 10.0, 10.0, true)]
    [InlineData(11.0, 0.0, null, 11.0, false)]
    [InlineData(10.0, 0.0, 10.0, 10.0, false)]
    [InlineData(0.0, 0.0, 10.0, 0.0, false)]
    [InlineData(double.NegativeInfinity, 0.0, null, 0.0, true)]
    [InlineData(-1.0, null, 10.0, -1.0, false)]
    [InlineData(double.PositiveInfinity, null, 10.0, 10.0, true)]
    [InlineData(double.NaN, 0.0, 10.0, double.NaN, false)]
    public void Limits_clamp(double value, double? low, double? high, double expected, bool clamped)
    {
        Assert.Equal(expected, OutputLimits.Apply(value, low, high, out var was));
        Assert.Equal(clamped, was);
    }

    // upstream.md A4a: round(v/minStep)*minStep with banker's rounding, not applied to clamped values; limits of zero are not given.
    [Theory]
    [InlineData(5.0, 0, 10, 0, 5.0, false)]
    [InlineData(11.0, 0, 10, 0.5, 10.0, true)]
    [InlineData(-3.0, -2.2, 10, 0.5, -2.2, true)]
    [InlineData(2.25, 0, 10, 0.5, 2.0, false)]      // 4.5 steps to even
    [InlineData(2.75, 0, 10, 0.5, 3.0, false)]      // 5.5 steps to even
    [InlineData(1e9, 0, 0, 0, 1e9, false)]
    [InlineData(0.0, 0, 10, 0.5, 0.0, false)]
    [InlineData(10.0, 0, 10, 3, 9.0, false)]
    [InlineData(9.9, 0, 9.9, 1, 9.9, true)]         // the nearest multiple is outside
    [InlineData(-9.9, -9.9, 0, 1, -9.9, true)]
    [InlineData(7.0, 0, 10, -1, 7.0, false)]
    [InlineData(7.3, 0, 0, 0.5, 7.5, false)]
    [InlineData(1e300, 0, 0, 1e-300, 1e300, false)]  // more steps than a double counts
    [InlineData(double.PositiveInfinity, 0, 0, 0.5, double.PositiveInfinity, false)]
    [InlineData(double.NaN, 0, 10, 0.5, double.NaN, false)]
    public void Control_limits_clamp_or_round(double value, double low, double high, double step, double expected, bool clamped)
    {
        Assert.Equal(expected, ControlLimits.Apply(value, new(low, high), step, out var was));
        Assert.Equal(clamped, was);
    }
}
