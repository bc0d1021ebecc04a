namespace ModelManager.Benchmarks.Epics.ChannelAccess;

/// <summary>Latencies in ticks of 100 ns, kept without allocating while they are taken.</summary>
internal sealed class LatencyRecord(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    public void Add(long ticks)
    {
        var at = Interlocked.Increment(ref _count) - 1;
        if (at < _ticks.Length)
            _ticks[at] = ticks;
    }

    /// <returns>Milliseconds.</returns>
    public (double P50, double P99) Percentiles()
    {
        var count = Math.Min(_count, _ticks.Length);
        Array.Sort(_ticks, 0, count);
        return count == 0 ? (double.NaN, double.NaN) : (_ticks[count / 2] / 1e4, _ticks[(int)(count * 0.99)] / 1e4);
    }
}
