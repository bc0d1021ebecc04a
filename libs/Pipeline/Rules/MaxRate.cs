namespace ModelManager.Pipeline;

/// <summary>At most one post per interval; the newest result waits until it may go.</summary>
public static class MaxRate
{
    /// <param name="posted">When it was posted last, in clock ticks.</param>
    /// <param name="interval">Least time between two posts, in clock ticks.</param>
    public static bool Holds(long posted, long interval, long now) => now - posted < interval;

    /// <summary>When the next post may go.</summary>
    public static long FreeAt(long posted, long interval) => posted + interval;
}
