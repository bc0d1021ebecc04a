using System.Diagnostics;

namespace ModelManager.Benchmarks.Silo;

/// <summary><c>mailbox: every</c> through the memory hub: each set of 16 PVs its own tick, outputs equal to an evaluation without a pipeline.</summary>
internal static class EveryFigure
{
    private const int Sets = 60_000;
    private const int Warm = 10_000;
    // A board cannot pause: the sender waits for answers instead, below the 1,024 sets a mailbox holds.
    private const int InFlight = 512;

    public static async Task Run()
    {
        await using var silo = await SiloUnderTest.Start(LclsPvs.ModelRoot);
        var pvs = new LclsPvs(silo, "every", Warm + Sets + 1) { Kept = new double[]?[Warm + Sets + 1] };
        await pvs.Deploy(every: true);
        await Send(pvs, Warm);
        var (cpu, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        var start = Stopwatch.GetTimestamp();
        await Send(pvs, Sets);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        var detail = await silo.Client.Get(pvs.Name);
        new Figure("silo: mailbox every, LCLS model", Math.Round(Sets / seconds), "ticks/s", Bound: ">= 12000", Met: Sets / seconds >= 12_000, Notes: $"{Sets} sets of 16 PVs, {detail.Dropped} dropped; {Load.Now}").Print();
        new Figure("silo: mailbox every, CPU per tick, sender and monitor included", Math.Round(cpu.TotalMicroseconds / Sets, 1), "us").Print();
        new Figure("silo: mailbox every, allocated per tick, sender and monitor included", Math.Round(allocated / (double)Sets), "B").Print();
        new Figure("silo: mailbox every, results that differ from an offline evaluation", await Differing(pvs), "ticks", Bound: "0").Print();
    }

    private static Task Send(LclsPvs pvs, int sets) => Task.Run(() =>
    {
        var before = Interlocked.Read(ref pvs.Arrived);
        for (var i = 0; i < sets; i++)
        {
            while (i - (Interlocked.Read(ref pvs.Arrived) - before) >= InFlight)
                Thread.Sleep(0);
            pvs.PutAll(i);
        }
        while (Interlocked.Read(ref pvs.Arrived) - before < sets)
            Thread.Sleep(1);
    });

    private static async Task<int> Differing(LclsPvs pvs)
    {
        var expected = await LclsOffline.Outputs(pvs);
        var differing = 0;
        // Put 0 made the first result; the warm puts and the measured ones each begin at row 0.
        for (var i = 1; i < pvs.Kept!.Length; i++)
        {
            var row = (i - 1 < Warm ? i - 1 : i - 1 - Warm) % expected.Length;
            if (pvs.Kept[i] is not { } kept || !kept.AsSpan().SequenceEqual(expected[row]))
                differing++;
        }
        return differing;
    }
}
