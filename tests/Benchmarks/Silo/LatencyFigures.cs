using System.Diagnostics;
using System.Globalization;

namespace ModelManager.Benchmarks.Silo;

/// <summary>From the put of an input PV to the arrival of the output at a monitor, LCLS model, 1,000 updates of single PVs a second.</summary>
internal static class LatencyFigures
{
    private const int PerSecond = 1000;
    private const int Warm = 5;
    private const int Rounds = 30;

    public static async Task Run()
    {
        await using var silo = await SiloUnderTest.Start(LclsPvs.ModelRoot);
        var pvs = new LclsPvs(silo, "latency", (Warm + Rounds + 1) * PerSecond);
        await pvs.Deploy(every: false);
        await Pace.Run(PerSecond, Warm * PerSecond, pvs.PutNext);
        var perRound = new List<List<double>>();
        using var process = Process.GetCurrentProcess();
        var (cpu, allocated) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes());
        for (var round = 0; round < Rounds; round++)
        {
            pvs.Latencies.Clear();
            await Pace.Run(PerSecond, PerSecond, pvs.PutNext);
            await Task.Delay(50);
            perRound.Add([.. pvs.Latencies]);
        }
        process.Refresh();
        var notes = string.Create(CultureInfo.InvariantCulture, $"median of {Rounds} rounds of a second; {Load.Now}");
        var p50 = Pace.Quantile(perRound.Select(r => Pace.Quantile(r, 0.5)), 0.5);
        var p99 = Pace.Quantile(perRound.Select(r => Pace.Quantile(r, 0.99)), 0.5);
        var all = perRound.SelectMany(r => r).ToArray();
        new Figure("silo: update to output, 1,000 updates/s, p50", Math.Round(p50, 1), "us", Bound: "<= 150 us", Met: p50 <= 150, Notes: notes).Print();
        new Figure("silo: update to output, 1,000 updates/s, p99", Math.Round(p99, 1), "us", Bound: "<= 2000 us", Met: p99 <= 2000, Notes: notes).Print();
        new Figure("silo: update to output, p99 of all rounds together", Math.Round(Pace.Quantile(all, 0.99), 1), "us", Notes: $"{all.Length} results").Print();
        new Figure("silo: CPU time per update, client and pacing included", Math.Round((process.TotalProcessorTime - cpu).TotalMicroseconds / (Rounds * PerSecond), 1), "us").Print();
        new Figure("silo: allocated per update, client and pacing included", Math.Round((GC.GetTotalAllocatedBytes() - allocated) / (double)(Rounds * PerSecond)), "B").Print();
        var detail = await silo.Client.Get(pvs.Name);
        new Figure("silo: p50 as the API tells it", detail.LatencyP50 * 1000 ?? double.NaN, "us", Notes: "received to handed to the sink").Print();
        new Figure("silo: p99 as the API tells it", detail.LatencyP99 * 1000 ?? double.NaN, "us").Print();
    }
}
