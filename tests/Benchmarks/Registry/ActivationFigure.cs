using System.Diagnostics;
using ModelManager.Benchmarks.Silo;

namespace ModelManager.Benchmarks.Registry;

/// <summary>A hundred deployments of one version of 100 MB, deployed at the same moment to a silo that has none of it.</summary>
internal static class ActivationFigure
{
    private const int Deployments = 100;
    private const int Bytes = 100_000_000;
    private const string Weights = "weights.bin";

    public static async Task Run()
    {
        await using var registered = await RegisteredSilo.Start();
        var silo = registered.Silo;
        var files = RegisteredSilo.SimpleFiles();
        files[Weights] = new byte[Bytes];
        new Random(1).NextBytes(files[Weights]);
        registered.Server.State.Register("big", files);

        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Deployments).Select(i => silo.Client.Deploy($"big{i}", "", new() { Model = "big", Version = "1" })));
        await Task.WhenAll(Enumerable.Range(0, Deployments).Select(i => silo.Running($"big{i}")));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        var downloads = registered.Server.Requests.Count(request => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains(Weights, StringComparison.Ordinal));
        new Figure($"registry: {Deployments} simultaneous activations of one 100 MB version", downloads, "downloads", Bound: "1", Met: downloads == 1,
            Notes: $"all run after {seconds:0.0} s; {registered.Server.Requests.Count} requests to MLflow; {Load.Now}").Print();
    }
}
