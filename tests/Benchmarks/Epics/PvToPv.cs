using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Configuration;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Epics;
using ModelManager.Epics.Net;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Epics;

/// <summary>A put into a <c>p4p_server</c> input, the two-input model of examples/simple, its output monitored: the deployment in a process of its own, the client here.</summary>
internal static class PvToPv
{
    private const string Input = "LUME:MLFLOW:TEST_A", Output = "LUME:MLFLOW:TEST_G";
    private const int Rounds = 2000, WarmUp = 500;

    /// <summary>The deployment; prints its TCP port and runs until its input is closed.</summary>
    public static async Task<int> Serve()
    {
        var services = new EpicsServices();
        var spec = SpecReader.ReadFile(Path.Combine(SharedData.RepositoryRoot, "examples", "p4p", "server.yaml"), new SpecReaderOptions()).OrThrow();
        var settings = new Dictionary<string, string> { ["port"] = "0", ["EPICS_PVAS_INTF_ADDR_LIST"] = "127.0.0.1", ["EPICS_PVAS_AUTO_BEACON_ADDR_LIST"] = "NO" };
        spec = spec with { Modules = [.. spec.Modules.Select(m => m is InterfaceModule i ? i with { Settings = i.Settings.SetItems(settings) } : m)] };
        await using var models = new ModelHost(new ModelHostOptions { Threads = 1 }, [new LumeModelLoader()], TimeProvider.System);
        var lease = await models.Acquire(new ModelSource(Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "simple"), "bench", CancellationToken.None);
        await using var pool = new ConnectorPool([new PvaServerConnectorFactory(services)]);
        await using var runner = new DeploymentRunner(spec, new RunnerOptions("bench", Publish: true), DeploymentModels.Of(spec, lease),
            new RunnerServices(pool, models, TransformerRegistry.BuiltIn, TimeProvider.System, NullLoggerFactory.Instance, OpenGate.Instance));
        await runner.Start(CancellationToken.None);
        // Found by the search, like everybody does; the port is not needed.
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public static async Task<int> Run(double seconds)
    {
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, "pv-to-pv-server") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await server.StandardOutput.ReadLineAsync();
        await using var client = new PvaClient(new() { AutoAddressList = false, AddressList = [new("127.0.0.1")] });
        await Latency(client);
        await Rate(client, seconds);
        server.StandardInput.Close();
        await server.WaitForExitAsync();
        return 0;
    }

    // One put at a time, as pvput would: from the call to the update that the client sees.
    private static async Task Latency(PvaClient client)
    {
        var latency = new BenchLatency(Rounds);
        using var ended = new CancellationTokenSource();
        await using var updates = client.Monitor(Output, ended.Token).GetAsyncEnumerator();
        await Next(updates, double.NaN);
        var last = double.NaN;
        for (var round = 0; round < Rounds + WarmUp; round++)
        {
            var start = Stopwatch.GetTimestamp();
            var put = client.Put(Input, round % 2 == 0 ? 1.0 : 2.0);
            last = await Next(updates, last);
            if (round >= WarmUp)
                latency.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            await put;
        }
        new Figure("pv_to_pv_p50", latency.Percentile(0.5) / 1000, "ms", Bound: "<= 0.5", Met: latency.Percentile(0.5) <= 500, Notes: "pvput to monitored output, two-input model, loopback, two processes").Print();
        new Figure("pv_to_pv_p99", latency.Percentile(0.99) / 1000, "ms").Print();
    }

    // Puts in flight all the time; every update of the output is one prediction.
    private static async Task Rate(PvaClient client, double seconds)
    {
        var counter = new Counter();
        using var subscription = client.Subscribe(Output, counter, new() { Pipeline = true, QueueSize = 1000 });
        var start = Stopwatch.GetTimestamp();
        var writers = Enumerable.Range(0, 16).Select(async writer =>
        {
            for (var i = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; i++)
                await client.Put(Input, (writer * 7 + i) % 100 / 25.0);
        });
        await Task.WhenAll(writers);
        var rate = counter.Updates / Stopwatch.GetElapsedTime(start).TotalSeconds;
        new Figure("pv_to_pv_predictions", Math.Round(rate), "1/s", Bound: ">= 5000", Met: rate >= 5000, Notes: "16 puts in flight, each prediction monitored").Print();
    }

    private static async Task<double> Next(IAsyncEnumerator<PvUpdate> updates, double last)
    {
        while (await updates.MoveNextAsync())
            if (updates.Current is { Kind: PvUpdateKind.Value } update && !update.Sample.Value.AsDouble().Equals(last))
                return update.Sample.Value.AsDouble();
        throw new InvalidOperationException("the monitor ended");
    }

    private sealed class Counter : IPvaSubscriber
    {
        private long _updates;

        public long Updates => Interlocked.Read(ref _updates);

        public void OnConnected(PvaSubscription subscription, ModelManager.Epics.PvAccess.PvaStructure value)
        {
        }

        public void OnUpdate(PvaSubscription subscription, ModelManager.Epics.PvAccess.PvaStructure value, ModelManager.Epics.PvAccess.BitMask changed, ModelManager.Epics.PvAccess.BitMask overrun) =>
            Interlocked.Increment(ref _updates);

        public void OnDisconnected(PvaSubscription subscription, string reason)
        {
        }
    }
}
