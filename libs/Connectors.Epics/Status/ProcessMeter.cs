using System.Diagnostics;
using System.Globalization;

namespace ModelManager.Connectors.Epics;

/// <summary>Measures this process and its machine between two readings. Where the system does not tell (/proc is Linux), a value is NaN or 0.</summary>
public sealed class ProcessMeter(TimeProvider clock)
{
    private readonly long _started = clock.GetTimestamp();
    private long _lastAt = clock.GetTimestamp();
    private TimeSpan _lastProcess = Process.GetCurrentProcess().TotalProcessorTime;
    private (long Busy, long All) _lastSystem = SystemTicks();

    public ProcessReport Read()
    {
        using var process = Process.GetCurrentProcess();
        var now = clock.GetTimestamp();
        var (elapsed, used, system) = (clock.GetElapsedTime(_lastAt, now), process.TotalProcessorTime, SystemTicks());
        var processCpu = elapsed > TimeSpan.Zero ? (used - _lastProcess) / elapsed / Environment.ProcessorCount * 100 : 0;
        var systemCpu = system.All > _lastSystem.All ? 100.0 * (system.Busy - _lastSystem.Busy) / (system.All - _lastSystem.All) : double.NaN;
        (_lastAt, _lastProcess, _lastSystem) = (now, used, system);
        return new(Environment.MachineName, clock.GetElapsedTime(_started, now), systemCpu, processCpu, process.WorkingSet64, OpenFiles(process));
    }

    private static int OpenFiles(Process process) => Directory.Exists("/proc/self/fd") ? Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() : process.HandleCount;

    // proc(5), /proc/stat: user nice system idle iowait irq softirq steal, in ticks since boot.
    private static (long Busy, long All) SystemTicks()
    {
        if (!File.Exists("/proc/stat"))
            return default;
        using var stat = File.OpenText("/proc/stat");
        var ticks = (stat.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(t => long.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        return ticks.Length < 5 ? default : (ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }
}
