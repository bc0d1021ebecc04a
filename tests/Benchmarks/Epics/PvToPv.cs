using System.Diagnostics;
using System.Text.Json;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Epics;

/// <summary>A put into a <c>p4p_server</c> input to the monitored output of its model: <c>model_manager run</c> is one process, the client this one.</summary>
internal static class PvToPv
{
    private const int Rounds = 2000, WarmUp = 500;

    public static async Task<int> Run(double seconds)
    {
        await TwoInputs(seconds);
        await Injector(seconds);
        return 0;
    }

    // examples/p4p as it is.
    private static async Task TwoInputs(double seconds)
    {
        var examples = Path.Combine(SharedData.RepositoryRoot, "examples");
        using var program = RunningProgram.Start("run", "-c", Path.Combine(examples, "p4p", "server.yaml"), "-l", Path.Combine(examples, "simple"), "-p");
        await using var client = program.Client();
        const string what = "two-input model, `model_manager run`, loopback, two processes";
        await Latency(client, "LUME:MLFLOW:TEST_A", 1.0, 2.0, "LUME:MLFLOW:TEST_G", "pv_to_pv", boundMs: 0.5, what);
        await Rate(client, "LUME:MLFLOW:TEST_A", i => i % 100 / 25.0, "LUME:MLFLOW:TEST_G", "pv_to_pv_predictions", seconds, bound: 5000, what);
    }

    // examples/injector/pv_model.yaml with the published model, its inputs hosted like its outputs.
    private static async Task Injector(double seconds)
    {
        var lcls = SharedData.Require("data/models/lcls");
        using var folder = new TemporaryFolder();
        var configuration = Path.Combine(folder.Path, "pv_model.yaml");
        var text = await File.ReadAllTextAsync(Path.Combine(SharedData.RepositoryRoot, "examples", "injector", "pv_model.yaml"));
        await File.WriteAllTextAsync(configuration, text.Replace("get_method: p4p\n", "get_method: p4p_server\n", StringComparison.Ordinal));
        using var program = RunningProgram.Start("run", "-c", configuration, "-l", Path.Combine(lcls, "model"), "-p");
        await using var client = program.Client();
        using var reference = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(lcls, "reference.json")));
        foreach (var input in reference.RootElement.GetProperty("inputs")[0].EnumerateObject().Where(i => i.Name.EndsWith("BACT", StringComparison.Ordinal) || i.Name.EndsWith("DES", StringComparison.Ordinal) || i.Name.StartsWith("FBCK", StringComparison.Ordinal)))
            await client.Put(input.Name, input.Value.GetDouble());
        const string what = "the published injector model, 16 inputs and 5 outputs hosted, one input put";
        await Latency(client, "SOLN:IN20:121:BACT", 0.4779, 0.4785, "LUME:PV_MODEL:sigma_z", "pv_to_pv_injector", boundMs: 1, what);
        await Rate(client, "SOLN:IN20:121:BACT", i => 0.4775 + i % 100 / 1e5, "LUME:PV_MODEL:sigma_z", "pv_to_pv_injector_predictions", seconds, bound: null, what);
    }

    // One put at a time, as pvput would: from the call to the update that the client sees.
    private static async Task Latency(PvaClient client, string input, double one, double other, string output, string figure, double boundMs, string what)
    {
        var latency = new BenchLatency(Rounds);
        using var ended = new CancellationTokenSource();
        await using var updates = client.Monitor(output, ended.Token).GetAsyncEnumerator();
        await client.Put(input, other, timeout: TimeSpan.FromSeconds(30));
        var last = await Next(updates, double.NaN);
        for (var round = 0; round < Rounds + WarmUp; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var put = client.Put(input, round % 2 == 0 ? one : other);
            last = await Next(updates, last);
            if (round >= WarmUp)
                latency.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            await put;
        }
        var p50 = Math.Round(latency.Percentile(0.5) / 1000, 3);
        new Figure($"{figure}_p50", p50, "ms", Bound: FormattableString.Invariant($"<= {boundMs}"), Met: p50 <= boundMs, Notes: what).Print();
        new Figure($"{figure}_p99", Math.Round(latency.Percentile(0.99) / 1000, 3), "ms").Print();
    }

    // Puts in flight all the time; every update of the output is one prediction.
    private static async Task Rate(PvaClient client, string input, Func<int, double> value, string output, string figure, double seconds, double? bound, string what)
    {
        var counter = new Counter();
        using var subscription = client.Subscribe(output, counter, new() { Pipeline = true, QueueSize = 1000 });
        var start = Stopwatch.GetTimestamp();
        var writers = Enumerable.Range(0, 16).Select(async writer =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
                await client.Put(input, value(writer * 7 + i));
        });
        await Task.WhenAll(writers);
        var rate = counter.Updates / Stopwatch.GetElapsedTime(start).TotalSeconds;
        new Figure(figure, Math.Round(rate), "1/s", Bound: bound is { } least ? $">= {least}" : null, Met: bound is null ? null : rate >= bound, Notes: $"16 puts in flight, each prediction monitored; {what}").Print();
    }

    // The first result may be the one before the put that was made last: only a change counts.
    private static async Task<double> Next(IAsyncEnumerator<PvUpdate> updates, double last)
    {
        while (await updates.MoveNextAsync())
            if (updates.Current is { Kind: PvUpdateKind.Value } update && update.Sample.Alarm.Severity < AlarmSeverity.Invalid && !update.Sample.Value.AsDouble().Equals(last))
                return update.Sample.Value.AsDouble();
        throw new InvalidOperationException("the monitor ended");
    }

    private sealed class Counter : IPvaSubscriber
    {
        private long _updates;

        public long Updates => Interlocked.Read(ref _updates);

        public void OnConnected(PvaSubscription subscription, PvaStructure value)
        {
        }

        public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun) => Interlocked.Increment(ref _updates);

        public void OnDisconnected(PvaSubscription subscription, string reason)
        {
        }
    }

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("mm-bench-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
