using System.Globalization;

namespace ModelManager.Benchmarks.Registry;

/// <summary>Memory of this process: what the kernel counts as resident (VmRSS of proc(5)), and what the collector keeps.</summary>
internal readonly record struct Resident(double MebibytesNow, double Mebibytes, double Heap)
{
    private const double Mebi = 1024 * 1024;

    /// <summary>Before, then after everything unreachable was collected and the heap compacted.</summary>
    public static Resident Settled()
    {
        var before = Read();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        return new(before, Read(), GC.GetTotalMemory(forceFullCollection: true) / Mebi);
    }

    private static double Read() =>
        double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
