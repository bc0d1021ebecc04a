using ModelManager.Models;
using ModelManager.Pipeline;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Pipeline;

/// <summary>Memory of one more deployment of a model that is loaded already: connected, ready, one tick made, then quiet.</summary>
internal static class IdleFigure
{
    private const int Runners = 500;

    public static void Run() => RunAsync().GetAwaiter().GetResult();

    private static async Task RunAsync()
    {
        await using var lcls = new LclsDeployment(every: false);
        await using var first = lcls.Make("first");
        await first.Start(CancellationToken.None);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var runners = new List<DeploymentRunner>();
        var leases = new List<ModelLease>();
        for (var i = 0; i < Runners; i++)
        {
            var lease = await lcls.Acquire($"idle {i}");
            leases.Add(lease);
            var runner = lcls.Make($"idle {i}", lease);
            await runner.Start(CancellationToken.None);
            runners.Add(runner);
        }
        lcls.Connector.Send(new PvBatch("bench", [lcls.Set(0)]));
        foreach (var runner in runners)
            await runner.FirstCompleteResult;
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Runners;
        new Figure("pipeline: an idle deployment of 16 inputs and 6 outputs, weights shared", bytes, "B", Bound: "<= 200000 B", Met: bytes <= 200_000, Notes: $"{Runners} deployments").Print();
        foreach (var runner in runners)
            await runner.DisposeAsync();
        foreach (var lease in leases)
            lease.Dispose();
    }
}
