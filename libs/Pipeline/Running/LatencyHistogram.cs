using System.Numerics;

namespace ModelManager.Pipeline;

/// <summary>Latencies of the last 10 to 20 seconds in buckets of 1/8 octave: quantiles within 13 %, in a fixed kilobyte. One writer; readers may see a count more or less.</summary>
internal sealed class LatencyHistogram(long ticksPerSecond)
{
    private const int PerOctave = 8;
    private const int Buckets = 40 * PerOctave;
    private const int WindowSeconds = 10;

    private int[] _current = [], _previous = [];
    private long _windowEnds = long.MinValue;

    public void Record(long ticks, long now)
    {
        if (now >= _windowEnds)
        {
            if (_current.Length == 0)
                (_current, _previous) = (new int[Buckets], new int[Buckets]);
            else
            {
                (_current, _previous) = (_previous, _current);
                Array.Clear(_current);
                if (now - _windowEnds >= WindowSeconds * ticksPerSecond)
                    Array.Clear(_previous);
            }
            _windowEnds = now + WindowSeconds * ticksPerSecond;
        }
        _current[BucketOf(ticks)]++;
    }

    /// <summary>The quantile in microseconds; NaN before the first one.</summary>
    public double Quantile(double part)
    {
        var (current, previous) = (_current, _previous);
        long total = 0;
        for (var i = 0; i < current.Length; i++)
            total += current[i] + previous[i];
        var rank = (long)Math.Ceiling(total * part);
        for (var i = 0; i < current.Length && total > 0; i++)
            if ((rank -= current[i] + previous[i]) <= 0)
                return MiddleOf(i) * 1e6 / ticksPerSecond;
        return double.NaN;
    }

    private static int BucketOf(long ticks)
    {
        if (ticks < PerOctave)
            return (int)Math.Max(0, ticks);
        var octave = BitOperations.Log2((ulong)ticks);
        var within = (int)(ticks >> (octave - 3)) - PerOctave;
        return Math.Min(Buckets - 1, (octave - 2) * PerOctave + within);
    }

    private static double MiddleOf(int bucket)
    {
        if (bucket < PerOctave)
            return bucket;
        var octave = bucket / PerOctave + 2;
        return (PerOctave + bucket % PerOctave + 0.5) * Math.Pow(2, octave - 3);
    }
}
