using System.Diagnostics;

namespace ModelManager.Benchmarks;

/// <summary>CPU time, not wall time: benchmarks share their machine.</summary>
public static class CpuTime
{
    private const int Runs = 15;
    private static readonly TimeSpan RunLength = TimeSpan.FromMilliseconds(60);

    /// <summary>The median over runs of one call's CPU time, in microseconds, and the bytes it allocates.</summary>
    public static (double Microseconds, double Bytes) PerCall(Action action)
    {
        // Warm until the tiered JIT has seen enough calls to optimize.
        for (var warm = Stopwatch.StartNew(); warm.ElapsedMilliseconds < 400;)
            for (var i = 0; i < 64; i++)
                action();
        using var process = Process.GetCurrentProcess();
        var medians = new double[Runs];
        double bytes = 0;
        for (var run = 0; run < Runs; run++)
        {
            var calls = 0L;
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var cpu = Used(process);
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < RunLength;)
            {
                for (var i = 0; i < 64; i++)
                    action();
                calls += 64;
            }
            medians[run] = (Used(process) - cpu).TotalMicroseconds / calls;
            bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / (double)calls;
        }
        Array.Sort(medians);
        return (medians[Runs / 2], Math.Floor(bytes));
    }

    private static TimeSpan Used(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}
