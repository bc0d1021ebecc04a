using System.Globalization;

namespace ModelManager.Benchmarks.Silo;

/// <summary>Ten deployments of the LCLS model beside one alone, in turns, each deployment at the same rate.</summary>
internal static class SideBySideFigure
{
    private const int Deployments = 10;
    private const int Rounds = 10;

    public static async Task Run()
    {
        await using var silo = await SiloUnderTest.Start(LclsPvs.ModelRoot);
        var most = 1 + 2 * Rounds * 1000 * 3 + 20_000;
        var pvs = Enumerable.Range(0, Deployments).Select(i => new LclsPvs(silo, $"side{i}", most)).ToArray();
        foreach (var one in pvs)
            await one.Deploy(every: false);
        await Together(pvs, 1000, 1);
        foreach (var perSecond in (int[])[100, 1000])
            await Compare(pvs, perSecond);
    }

    private static async Task Compare(LclsPvs[] pvs, int perSecond)
    {
        var (alone, together) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            await Together(pvs[..1], perSecond, 1);
            alone.Add(Pace.Quantile(pvs[0].Latencies, 0.99));
            await Together(pvs, perSecond, 1);
            together.Add(Pace.Quantile(pvs.SelectMany(p => p.Latencies), 0.99));
        }
        var (one, ten) = (Pace.Quantile(alone, 0.5), Pace.Quantile(together, 0.5));
        new Figure(
            string.Create(CultureInfo.InvariantCulture, $"silo: ten deployments, {perSecond} updates/s each, p99"), Math.Round(ten, 1), "us", "one of them alone at that rate", Math.Round(one, 1), Math.Round(ten / one, 2),
            "<= 2x", ten <= 2 * one, $"medians of {Rounds} rounds in turns; {Load.Now}").Print();
    }

    // One thread paces all: ten of them would measure the scheduler.
    private static async Task Together(LclsPvs[] pvs, int perSecond, int seconds)
    {
        foreach (var one in pvs)
            one.Latencies.Clear();
        var next = 0;
        await Pace.Run(perSecond * pvs.Length, perSecond * pvs.Length * seconds, () => pvs[next++ % pvs.Length].PutNext());
        await Task.Delay(50);
    }
}
