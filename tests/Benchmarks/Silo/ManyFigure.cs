using System.Diagnostics;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Silo;

/// <summary>A thousand deployments of <c>examples/simple</c> in one silo through the HTTP API: 800 on the memory hub, 200 on simulated PVs at 10 Hz.</summary>
internal static class ManyFigure
{
    private const int Idle = 800;
    private const int Live = 200;
    private const int AtOnce = 8;
    private static readonly TimeSpan LiveFor = TimeSpan.FromSeconds(60);

    public static async Task Run()
    {
        await using var silo = await SiloUnderTest.Start(Path.Combine(SharedData.RepositoryRoot, "examples"));
        await using var hosted = await silo.Host(Enumerable.Range(0, Idle).SelectMany(i => (string[])[$"d{i}:LUME:MLFLOW:TEST_A", $"d{i}:LUME:MLFLOW:TEST_B"]));
        // The first of each kind pays for the model, the JIT and the caches.
        await Deploy(silo, "warm", simulate: true);
        await Deploy(silo, "d0", simulate: false);
        await silo.Running("d0");
        var before = Memory.Now();
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(1, Idle - 1), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await Deploy(silo, $"d{i}", simulate: false));
        await Up(silo, Idle + 1);
        var idleSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        for (var i = 0; i < Idle; i++)
            silo.Put(i, [PvUpdate.Of($"d{i}:LUME:MLFLOW:TEST_A", PvValue.Double(1)), PvUpdate.Of($"d{i}:LUME:MLFLOW:TEST_B", PvValue.Double(2))]);
        await Until(silo, list => list.Count(d => d.Ticks > 0) == Idle + 1);
        var idle = Memory.Now();
        Print("an idle deployment", before, idle, Idle - 1);

        var second = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(Enumerable.Range(0, Live), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await Deploy(silo, $"s{i}", simulate: true));
        await Up(silo, Idle + Live + 1);
        var seconds = idleSeconds + Stopwatch.GetElapsedTime(second).TotalSeconds;
        new Figure("silo: deploying 1,000 through the API until all run", Math.Round(seconds, 1), "s", Bound: "<= 60 s", Met: seconds <= 60, Notes: $"{AtOnce} requests at a time; {Load.Now}").Print();

        var cpu = Environment.CpuUsage.TotalTime;
        await Task.Delay(LiveFor);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var list = (await silo.Client.List()).Where(d => d.Simulated && d.Name != "warm").ToArray();
        var live = Memory.Now();
        Print("a deployment at 10 Hz for a minute", idle, live, Live);
        Print("an extra deployment, all 1,000", before, live, Idle + Live - 1);
        new Figure("silo: 200 of 1,000 at 10 Hz, CPU", Math.Round(100 * cpu / LiveFor, 1), "% of a core").Print();
        new Figure("silo: 200 of 1,000 at 10 Hz, lowest rate", Math.Round(list.Min(d => d.Rate), 1), "ticks/s", Notes: $"median {list.Select(d => d.Rate).Order().ElementAt(Live / 2):0.#}").Print();
        new Figure("silo: 200 of 1,000 at 10 Hz, median of their p99", Math.Round((list.Select(d => d.LatencyP99).Order().ElementAt(Live / 2) ?? double.NaN) * 1000), "us", Notes: Load.Now).Print();
    }

    private static Task Deploy(SiloUnderTest silo, string name, bool simulate) =>
        silo.Client.Deploy(name, SiloUnderTest.OnMemory("simple/pv_mapping.yaml", name + ":"), new() { Local = "simple", Publish = true, Simulate = simulate });

    private static Task Up(SiloUnderTest silo, int count) => Until(silo, list => list.Count(d => d.Condition == "Running") == count);

    private static async Task Until(SiloUnderTest silo, Func<IReadOnlyList<Client.DeploymentSummary>, bool> condition)
    {
        while (!condition(await silo.Client.List()))
            await Task.Delay(100);
    }

    private static void Print(string what, Memory before, Memory after, int deployments)
    {
        var heap = (after.Heap - before.Heap) / deployments;
        new Figure($"silo: {what}, GC heap", heap, "B", Bound: "<= 200000 B", Met: heap <= 200_000, Notes: "weights shared").Print();
        var working = (after.WorkingSet - before.WorkingSet) / deployments;
        new Figure($"silo: {what}, working set", working, "B", Bound: "<= 200000 B", Met: working <= 200_000).Print();
    }

    private readonly record struct Memory(long Heap, long WorkingSet)
    {
        public static Memory Now()
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            return new(GC.GetTotalMemory(forceFullCollection: true), Environment.WorkingSet);
        }
    }
}
