namespace ModelManager.Values;

/// <summary>The source stamp of an update: UTC seconds since 1970 (no leap seconds), nanoseconds, and the user tag (a pulse id at many labs).</summary>
/// <remarks>Order and equality of instants ignore the user tag; record equality does not.</remarks>
public readonly record struct PvTime(long Seconds, int Nanoseconds, int UserTag = 0) : IComparable<PvTime>
{
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;

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
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch.AddTicks(Seconds * TicksPerSecond + Nanoseconds / 100);

    /// <summary>This instant minus another, both from the same clock.</summary>
    public TimeSpan Since(in PvTime earlier) => TimeSpan.FromTicks((Seconds - earlier.Seconds) * TicksPerSecond + (Nanoseconds - earlier.Nanoseconds) / 100);

    public int CompareTo(PvTime other)
    {
        var bySecond = Seconds.CompareTo(other.Seconds);
        return bySecond != 0 ? bySecond : Nanoseconds.CompareTo(other.Nanoseconds);
    }

    public static bool operator <(PvTime left, PvTime right) => left.CompareTo(right) < 0;
    public static bool operator >(PvTime left, PvTime right) => left.CompareTo(right) > 0;
    public static bool operator <=(PvTime left, PvTime right) => left.CompareTo(right) <= 0;
    public static bool operator >=(PvTime left, PvTime right) => left.CompareTo(right) >= 0;

    public override string ToString() => ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", System.Globalization.CultureInfo.InvariantCulture);
}
