namespace ModelManager.Pipeline;

/// <summary>An input that has not been updated for longer than allowed is INVALID. Ages come from the local monotonic clock only.</summary>
public static class MaxAge
{
    /// <param name="received">When the last update arrived, in clock ticks.</param>
    /// <param name="maxTicks">The age allowed, in clock ticks; exactly this old is still good.</param>
    public static bool IsExceeded(long received, long maxTicks, long now) => now - received > maxTicks;

    /// <summary>The first tick at which it will be too old.</summary>
    public static long ExceededAt(long received, long maxTicks) => received + maxTicks + 1;
}
