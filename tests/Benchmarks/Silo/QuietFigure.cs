using System.Diagnostics;

namespace ModelManager.Benchmarks.Silo;

/// <summary>What a silo costs that has nothing to do: all default services on, no deployment.</summary>
internal static class QuietFigure
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5), Length = TimeSpan.FromSeconds(20);

    public static async Task Run()
    {
        await using var silo = await SiloUnderTest.Start();
        await Task.Delay(Settle);
        using var process = Process.GetCurrentProcess();
        var (cpu, allocated, clock) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true), Stopwatch.GetTimestamp());
        await Task.Delay(Length);
        process.Refresh();
        var seconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        new Figure("silo: nothing deployed, CPU", Math.Round(100 * (process.TotalProcessorTime - cpu).TotalSeconds / seconds, 1), "% of a core", Notes: Load.Now).Print();
        new Figure("silo: nothing deployed, allocated", Math.Round((GC.GetTotalAllocatedBytes(precise: true) - allocated) / seconds / 1e6, 2), "MB/s").Print();
    }
}
