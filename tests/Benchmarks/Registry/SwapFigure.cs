using System.Diagnostics;
using System.Text;
using ModelManager.Benchmarks.Silo;
using ModelManager.Grains;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Registry;

/// <summary>The LCLS model at 1,000 updates a second, each its own tick, while two versions of it take turns: alias moved, or deployed again.</summary>
/// <remarks>The two differ in a default, so each swap fetches from the cache, loads 2.5 MB of weights, tries and warms a model of its own; all inputs are given, so every result is known.</remarks>
internal static class SwapFigure
{
    private const int Swaps = 1_000;
    // The history of 200 generations, the ring of tick records, the JIT and the collector are in their steady state after these.
    private const int Warm = 500;
    private const int PerSecond = 1_000;
    private const string Name = "lcls";

    public static async Task Run()
    {
        await using var registered = await RegisteredSilo.Start();
        var (silo, server) = (registered.Silo, registered.Server);
        server.State.Register(Name, Files("423.8"));
        server.State.Register(Name, Files("423.9"));
        server.State.Models[Name].Aliases["champion"] = "1";

        var pvs = new LclsPvs(silo, Name, 10_000);
        await pvs.Deploy(every: true, new() { Model = Name, Version = "champion", Publish = true });
        var (expected, first, wrong) = (await LclsOffline.Outputs(pvs), pvs.Puts, 0L);
        pvs.Seen = (put, set) => wrong += Differs(set, expected[(put - first) % expected.Length]) ? 1 : 0;

        using var end = new CancellationTokenSource();
        var row = 0L;
        var load = Pace.Run(PerSecond, int.MaxValue, () => pvs.PutAll(row++), end.Token);
        var swap = 0;
        for (; swap < Warm; swap++)
            await Swap(registered, swap);
        var before = Resident.Settled();
        var start = Stopwatch.GetTimestamp();
        for (; swap < Warm + Swaps; swap++)
            await Swap(registered, swap);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var after = Resident.Settled();
        await end.CancelAsync();
        await load;
        await Task.Delay(500);

        var missed = pvs.Puts - first - pvs.Arrived - pvs.Invalid;
        var growth = 100 * (after.Mebibytes / before.Mebibytes - 1);
        var notes = $"{Swaps} swaps in {seconds:0} s after {Warm} to settle, half by alias and half deployed again; {Load.Now}";
        new Figure($"registry: {Swaps} swaps at {PerSecond} updates/s, missed ticks", missed, "ticks", Bound: "0", Met: missed == 0, Notes: $"of {pvs.Puts - first}; {notes}").Print();
        new Figure($"registry: {Swaps} swaps, failed calls", pvs.Invalid, "calls", Bound: "0", Met: pvs.Invalid == 0).Print();
        new Figure($"registry: {Swaps} swaps, results that differ from an offline evaluation", wrong, "ticks", Bound: "0", Met: wrong == 0).Print();
        new Figure($"registry: {Swaps} swaps, resident memory", Math.Round(growth, 1), "% more", Bound: "within 5 %", Met: Math.Abs(growth) <= 5,
            Notes: $"VmRSS after a full collection {before.Mebibytes:0.0} and {after.Mebibytes:0.0} MiB, managed heap {before.Heap:0.0} and {after.Heap:0.0} MiB; before the collection {before.MebibytesNow:0.0} and {after.MebibytesNow:0.0} MiB").Print();
    }

    private static async Task Swap(RegisteredSilo registered, int number)
    {
        var version = number % 2 == 0 ? "2" : "1";
        registered.Server.State.Models[Name].Aliases["champion"] = version;
        if (number / 2 % 2 == 0)
        {
            using var _ = new CallContext("benchmark", "registry", "swap").Use();
            await registered.Silo.Grains.GetGrain<IDeploymentGrain>("default/" + Name).CheckModel(CancellationToken.None);
        }
        else
            await registered.Silo.Client.Deploy(Name, SiloUnderTest.OnMemory("injector/pv_model.yaml", Name + ":").Replace("  type: continuous", "  type: continuous\n  mailbox: every", StringComparison.Ordinal), new() { Model = Name, Version = "champion", Publish = true });
        // Its list of requests is the stand-in's, not what is measured.
        registered.Server.Requests.Clear();
        registered.Server.Authorizations.Clear();
        var detail = await registered.Silo.Running(Name);
        while (detail.ModelVersion != $"{Name}/{version}")
        {
            await Task.Delay(5);
            detail = await registered.Silo.Running(Name);
        }
    }

    private static bool Differs(UpdateSet set, double[] expected)
    {
        for (var i = 0; i < expected.Length; i++)
            if (set.Updates[i].Sample.Value.AsDouble() != expected[i])
                return true;
        return false;
    }

    private static Dictionary<string, byte[]> Files(string defaultSpotSize)
    {
        var folder = Path.Combine(LclsPvs.ModelRoot, "model");
        var files = Directory.EnumerateFiles(folder, "*.pt").ToDictionary(file => Path.GetFileName(file), File.ReadAllBytes);
        files["pv_model.yml"] = Encoding.UTF8.GetBytes(File.ReadAllText(Path.Combine(folder, "pv_model.yml")).Replace("default: 423.867825", $"default: {defaultSpotSize}", StringComparison.Ordinal));
        return files;
    }
}
