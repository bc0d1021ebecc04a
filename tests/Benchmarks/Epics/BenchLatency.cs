namespace ModelManager.Benchmarks.Epics;

/// <summary>Latencies in microseconds, kept for their percentiles.</summary>
internal sealed class BenchLatency(int capacity)
{
    private readonly double[] _values = new double[capacity];
    private int _count;

    public void Add(double microseconds)
    {
        if (_count < _values.Length)
            _values[_count++] = microseconds;
    }

    public void Clear() => _count = 0;

    public double Percentile(double part)
    {
        if (_count == 0)
            return double.NaN;
        Array.Sort(_values, 0, _count);
        return Math.Round(_values[Math.Min(_count - 1, (int)(part * _count))], 1);
    }
}
