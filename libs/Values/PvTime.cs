namespace ModelManager.Values;

/// <summary>The source stamp of an update: UTC seconds since 1970 (no leap seconds), nanoseconds, and the user tag (a pulse id at many labs).</summary>
/// <remarks>Order and equality of instants ignore the user tag; record equality does not.</remarks>
public readonly record struct PvTime(long Seconds, int Nanoseconds, int UserTag = 0) : IComparable<PvTime>
{
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;
    // 0001-01-02 and 9999-12-31: a day inside the range of DateTimeOffset, for nanoseconds out of their range.
    private const long FirstSecond = -62_135_510_400, LastSecond = 253_402_214_400;

    public bool IsSet => Seconds != 0 || Nanoseconds != 0;

    public static PvTime From(DateTimeOffset utc, int userTag = 0)
    {
        var ticks = utc.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TicksPerSecond, out var rest);
        if (rest < 0)
            (seconds, rest) = (seconds - 1, rest + TicksPerSecond);
        return new(seconds, (int)rest * 100, userTag);
    }

    /// <summary>The same instant at 100 ns resolution.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Before the year 1 or after 9999.</exception>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddSeconds(Seconds).AddTicks(Nanoseconds / 100);

    /// <summary>This instant minus another, both from the same clock; whole ticks of 100 ns, rounded towards zero, and as much as a <see cref="TimeSpan"/> can hold.</summary>
    public TimeSpan Since(in PvTime earlier)
    {
        var ticks = (((Int128)Seconds - earlier.Seconds) * 1_000_000_000 + Nanoseconds - earlier.Nanoseconds) / 100;
        return TimeSpan.FromTicks((long)Int128.Clamp(ticks, long.MinValue, long.MaxValue));
    }

    public int CompareTo(PvTime other)
    {
        var bySecond = Seconds.CompareTo(other.Seconds);
        return bySecond != 0 ? bySecond : Nanoseconds.CompareTo(other.Nanoseconds);
    }

    public static bool operator <(PvTime left, PvTime right) => left.CompareTo(right) < 0;
    public static bool operator >(PvTime left, PvTime right) => left.CompareTo(right) > 0;
    public static bool operator <=(PvTime left, PvTime right) => left.CompareTo(right) <= 0;
    public static bool operator >=(PvTime left, PvTime right) => left.CompareTo(right) >= 0;

    // A device may send any number as its seconds, and a log line must survive it.
    public override string ToString() => Seconds is >= FirstSecond and <= LastSecond
        ? ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", System.Globalization.CultureInfo.InvariantCulture)
        : $"{Seconds} s since 1970";
}
