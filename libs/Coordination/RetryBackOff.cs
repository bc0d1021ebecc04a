namespace ModelManager.Coordination;

/// <summary>How long to wait before a failed deployment is tried again: doubling from <see cref="First"/> to <see cref="Longest"/>, so that a broken one never makes a crash loop.</summary>
public sealed record RetryBackOff(TimeSpan First, TimeSpan Longest)
{
    public static RetryBackOff Default { get; } = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5));

    /// <param name="failures">Failures in a row, from 1.</param>
    public TimeSpan After(int failures)
    {
        if (failures < 1)
            return TimeSpan.Zero;
        var doublings = Math.Min(failures - 1, 30);
        var ticks = First.Ticks * (1L << doublings);
        return ticks <= 0 || ticks > Longest.Ticks ? Longest : TimeSpan.FromTicks(ticks);
    }
}
