namespace ModelManager.Values.Tests;

public class PvTimeTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 100)]
    [InlineData(-1, -1, 999_999_900)]
    [InlineData(-10_000_000, -1, 0)]
    [InlineData(17_000_000_001_234_567, 1_700_000_000, 123_456_700)]
    public void Comes_from_ticks_of_100_ns_and_goes_back(long ticks, long seconds, int nanoseconds)
    {
        var utc = DateTimeOffset.UnixEpoch.AddTicks(ticks);
        var time = PvTime.From(utc, 5);
        Assert.Equal(new PvTime(seconds, nanoseconds, 5), time);
        Assert.Equal(utc, time.ToDateTimeOffset());
    }

    [Fact]
    public void The_same_instant_in_another_zone_is_the_same_stamp() =>
        Assert.Equal(PvTime.From(new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero)), PvTime.From(new(2026, 1, 1, 14, 0, 0, TimeSpan.FromHours(2))));

    [Fact]
    public void Order_is_by_instant_and_ignores_the_user_tag()
    {
        PvTime early = new(1, 999_999_999, 9), late = new(2, 0, 1);
        Assert.True(early < late && late > early && early <= late && late >= early);
        Assert.Equal(0, new PvTime(1, 2, 3).CompareTo(new PvTime(1, 2, 4)));
        Assert.NotEqual(new PvTime(1, 2, 3), new PvTime(1, 2, 4));
    }

    [Theory]
    [InlineData(2, 50, 1, 150, 9_999_999)]
    [InlineData(1, 150, 2, 50, -9_999_999)]
    [InlineData(1, 199, 1, 0, 1)]
    [InlineData(1, 0, 1, 199, -1)]
    public void Since_rounds_towards_zero(long seconds, int nanoseconds, long earlierSeconds, int earlierNanoseconds, long ticks) =>
        Assert.Equal(ticks, new PvTime(seconds, nanoseconds).Since(new(earlierSeconds, earlierNanoseconds)).Ticks);

    [Fact]
    public void Senseless_stamps_neither_overflow_nor_break_a_log_line()
    {
        Assert.Equal(TimeSpan.MaxValue, new PvTime(long.MaxValue, 0).Since(new(long.MinValue, 0)));
        Assert.Equal(TimeSpan.MinValue, new PvTime(long.MinValue, 0).Since(new(long.MaxValue, 0)));
        Assert.Equal("9223372036854775807 s since 1970", new PvTime(long.MaxValue, int.MaxValue).ToString());
        Assert.Equal("-9223372036854775808 s since 1970", new PvTime(long.MinValue, int.MinValue).ToString());
        Assert.Equal("9999-12-31T00:00:02.1474836Z", new PvTime(253_402_214_400, int.MaxValue).ToString());
    }

    [Fact]
    public void Reads_as_iso_8601() => Assert.Equal("2023-11-14T22:13:20.1234567Z", new PvTime(1_700_000_000, 123_456_789).ToString());

    [Fact]
    public void Zero_is_not_set()
    {
        Assert.False(default(PvTime).IsSet);
        Assert.True(new PvTime(0, 1).IsSet);
    }
}
