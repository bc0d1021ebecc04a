using System.Diagnostics;
using System.Globalization;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Epics.ChannelAccess;

/// <summary>Channel Access between two processes on loopback: rate and latency of many monitors, time to connect, time to come back after a restart.</summary>
internal static class CaBenchmark
{
    private const string Usage = "usage: ModelManager.Benchmarks.Epics ca [seconds] | ca serve PVS MILLISECONDS | ca plain PVS UDP_PORT BEACON_PORT";

    public static int Run(string[] arguments) => arguments switch
    {
        [] => Measure(10),
        ["serve", var pvs, var period] => CaBenchServer.Ticking(int.Parse(pvs, CultureInfo.InvariantCulture), double.Parse(period, CultureInfo.InvariantCulture)),
        ["plain", var pvs, var udp, var beacons] => CaBenchServer.Plain(
            int.Parse(pvs, CultureInfo.InvariantCulture), int.Parse(udp, CultureInfo.InvariantCulture), int.Parse(beacons, CultureInfo.InvariantCulture)),
        [var seconds] when double.TryParse(seconds, CultureInfo.InvariantCulture, out var length) => Measure(length),
        _ => Refuse(),
    };

    private static int Refuse()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    private static int Measure(double seconds)
    {
        foreach (var pvs in new[] { 1, 20, 200 })
            Monitors(pvs, seconds).GetAwaiter().GetResult();
        Connect(10_000).GetAwaiter().GetResult();
        CaReconnectFigures.Measure(restarts: 20).GetAwaiter().GetResult();
        return 0;
    }

    // 1 kHz on every PV. The value counts, so what is lost shows; the stamp is the moment of posting, by the clock both processes share.
    private static async Task Monitors(int pvs, double seconds)
    {
        using var server = CaBenchProcess.Start("serve", pvs.ToString(CultureInfo.InvariantCulture), "1");
        await using var client = new CaClient(server.ClientOptions());
        var latencies = new LatencyRecord((int)(pvs * seconds * 1200) + 1000);
        var last = new double[pvs];
        Array.Fill(last, double.NaN);
        long received = 0;
        long lost = 0;
        var measuring = false;
        var subscriptions = Enumerable.Range(0, pvs).Select(i => client.Subscribe($"BENCH:{i}", (in PvUpdate update) =>
        {
            if (update.Kind != PvUpdateKind.Value)
                return;
            var value = update.Sample.Value.AsDouble();
            if (Volatile.Read(ref measuring))
            {
                latencies.Add(DateTime.UtcNow.Ticks - update.Sample.Time.ToDateTimeOffset().UtcTicks);
                Interlocked.Increment(ref received);
                if (!double.IsNaN(last[i]) && value != last[i] + 1)
                    Interlocked.Add(ref lost, (long)(value - last[i]) - 1);
            }
            last[i] = value;
        })).ToArray();
        await Task.Delay(2000);          // connected, compiled, warm
        using var self = Process.GetCurrentProcess();
        var (serverCpu, clientCpu) = (server.Cpu, self.TotalProcessorTime);
        var clock = Stopwatch.StartNew();
        Volatile.Write(ref measuring, true);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        Volatile.Write(ref measuring, false);
        var elapsed = clock.Elapsed.TotalSeconds;
        self.Refresh();
        var notes = $"{lost} lost, server {(server.Cpu - serverCpu).TotalSeconds / elapsed:P0} and client {(self.TotalProcessorTime - clientCpu).TotalSeconds / elapsed:P0} of a core, load {Load()}";
        foreach (var subscription in subscriptions)
            subscription.Dispose();
        var (p50, p99) = latencies.Percentiles();
        new Figure($"ca.monitor.{pvs}x1kHz.rate", Math.Round(received / elapsed), "updates/s", Notes: notes).Print();
        new Figure($"ca.monitor.{pvs}x1kHz.lost", lost, "updates", Bound: "0", Met: lost == 0).Print();
        new Figure($"ca.monitor.{pvs}x1kHz.p50", p50, "ms", Bound: "at most 0.1 on an idle machine", Met: p50 <= 0.1, Notes: $"p99 {p99:0.000} ms").Print();
    }

    private static async Task Connect(int pvs)
    {
        using var server = CaBenchProcess.Start("serve", pvs.ToString(CultureInfo.InvariantCulture), "100000");
        for (var run = 0; run < 3; run++)
        {
            await using var client = new CaClient(server.ClientOptions());
            var left = pvs;
            var done = new TaskCompletionSource();
            var clock = Stopwatch.StartNew();
            for (var i = 0; i < pvs; i++)
                client.Subscribe($"BENCH:{i}", (in PvUpdate update) =>
                {
                    if (update.Kind == PvUpdateKind.Value && Interlocked.Decrement(ref left) == 0)
                        done.TrySetResult();
                });
            await done.Task.WaitAsync(TimeSpan.FromMinutes(1));
            new Figure($"ca.connect.{pvs}", clock.Elapsed.TotalSeconds, "s", Bound: "at most 1 to first value", Met: clock.Elapsed.TotalSeconds <= 1, Notes: $"run {run + 1}, {client.SearchDatagrams} search datagrams, load {Load()}").Print();
        }
    }

    internal static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
