using System.Diagnostics;

namespace ModelManager.Benchmarks;

/// <summary>Measures several ways of doing the same work in turns, so that what else the machine does hits all of them alike.</summary>
internal static class Interleaved
{
    /// <returns>The median over rounds of microseconds per call, per way.</returns>
    /// <param name="roundMilliseconds">How long each way runs per round.</param>
    public static double[] MedianMicroseconds(int rounds, double roundMilliseconds, params Action[] ways)
    {
        var calls = ways.Select(way => Calibrate(way, roundMilliseconds)).ToArray();
        var times = ways.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < ways.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                for (var call = 0; call < calls[i]; call++)
                    ways[i]();
                times[i].Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls[i]);
            }
        return [.. times.Select(Median)];
    }

    /// <summary>Bytes allocated per call on this thread.</summary>
    public static double BytesPerCall(Action way, int calls = 200)
    {
        way();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < calls; i++)
            way();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)calls;
    }

    private static int Calibrate(Action way, double milliseconds)
    {
        // Enough calls for the JIT to finish with it, whatever it costs.
        for (var i = 0; i < 200; i++)
            way();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < 10; i++)
            way();
        var each = Stopwatch.GetElapsedTime(start).TotalMilliseconds / 10;
        return Math.Max(1, (int)(milliseconds / Math.Max(each, 1e-6)));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
