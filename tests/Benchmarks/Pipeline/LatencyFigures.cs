using System.Diagnostics;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Pipeline;

/// <summary>From the arrival of an update to its result at the sink, 1,000 updates a second of single PVs, LCLS model, in process.</summary>
internal static class LatencyFigures
{
    private const int PerSecond = 1000;
    private const int Warm = 3 * PerSecond;
    private const int Measured = 20 * PerSecond;

    public static void Run()
    {
        var microseconds = RunAsync().GetAwaiter().GetResult();
        Array.Sort(microseconds);
        double At(double part) => Math.Round(microseconds[(int)(part * (microseconds.Length - 1))], 1);
        new Figure("pipeline: update to output, 1,000 updates/s, p50", At(0.5), "us", Bound: "<= 150 us", Met: At(0.5) <= 150, Notes: $"{microseconds.Length} results").Print();
        new Figure("pipeline: update to output, 1,000 updates/s, p99", At(0.99), "us", Bound: "<= 2000 us", Met: At(0.99) <= 2000).Print();
    }

    private static async Task<double[]> RunAsync()
    {
        await using var lcls = new LclsDeployment(every: false);
        var latencies = new List<double>(Measured + Warm);
        lcls.Connector.OnPut = set => latencies.Add(Stopwatch.GetElapsedTime(set.Updates[0].Sample.ReceivedTicks).TotalMicroseconds);
        await using var runner = lcls.Make("latency");
        await runner.Start(CancellationToken.None);
        lcls.Connector.Send(new PvBatch("bench", [lcls.Set(0)]));
        await runner.FirstCompleteResult;
        var sender = new Thread(() => Send(lcls)) { IsBackground = true };
        sender.Start();
        await Task.Run(sender.Join);
        await runner.Stop(CancellationToken.None);
        return [.. latencies.Skip(Warm)];
    }

    // One PV after the other, as monitors come; sleeps to about 1 ms before each is due and then spins.
    private static void Send(LclsDeployment lcls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Warm + Measured; i++)
        {
            var due = start + (long)i * Stopwatch.Frequency / PerSecond;
            while (Stopwatch.GetTimestamp() < due)
                Thread.Sleep(due - Stopwatch.GetTimestamp() > Stopwatch.Frequency / 2000 ? 1 : 0);
            var pv = i % lcls.Inputs.Length;
            var value = lcls.Rows[i / lcls.Inputs.Length % lcls.Rows.Length][pv];
            lcls.Connector.Send(new PvBatch("bench", [UpdateSet.Of(i, PvUpdate.Of(lcls.Inputs[pv], PvValue.Double(value), new(2000 + i, 0), receivedTicks: Stopwatch.GetTimestamp()))]));
        }
    }
}
