using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Configuration;
using ModelManager.Models;
using ModelManager.Models.Lume;
using ModelManager.Pipeline;
using ModelManager.Testing;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests;

/// <summary>The whole way: a put into a hosted input, formulas, the model of examples/simple, an output monitored by a client.</summary>
public sealed class PvToPvTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task A_put_into_a_served_input_changes_the_served_output_and_its_alarm()
    {
        await using var deployment = await SimpleServer.Start(_bench);
        await using var client = _bench.PvaClient();
        using var patience = new CancellationTokenSource(Bench.Generous);
        await using var updates = client.Monitor("LUME:MLFLOW:TEST_G", patience.Token).GetAsyncEnumerator();

        // y = x1 * exp(-x2^2 / 2), learned: the network is within 0.4 of it, also at the edge of its range (examples/simple/make).
        foreach (var (a, b, severity) in ((double, double, AlarmSeverity)[])[(2, 0.5, AlarmSeverity.NoAlarm), (-1, 1, AlarmSeverity.NoAlarm), (5, 0, AlarmSeverity.Major)])
        {
            await client.Put("LUME:MLFLOW:TEST_A", a, timeout: Bench.Generous);
            await client.Put("LUME:MLFLOW:TEST_B", b, timeout: Bench.Generous);
            var expected = a * Math.Exp(-b * b / 2);
            while (await updates.MoveNextAsync())
                if (updates.Current.Kind == PvUpdateKind.Value && Math.Abs(updates.Current.Sample.Value.AsDouble() - expected) < 0.4 && updates.Current.Sample.Alarm.Severity == severity)
                    break;
            Assert.Equal(expected, updates.Current.Sample.Value.AsDouble(), 0.4);
            Assert.Equal(severity, updates.Current.Sample.Alarm.Severity);
        }
    }

    [Fact]
    public async Task The_result_carries_the_stamp_that_the_client_gave_its_input()
    {
        await using var deployment = await SimpleServer.Start(_bench);
        await using var client = _bench.PvaClient();
        var stamp = PvTime.From(DateTimeOffset.UtcNow.AddMinutes(1), 4711);
        await client.Put("LUME:MLFLOW:TEST_A", new PvSample(PvValue.Double(2), Alarm.None, stamp), timeout: Bench.Generous);
        using var patience = new CancellationTokenSource(Bench.Generous);

        await foreach (var update in client.Monitor("LUME:MLFLOW:TEST_G", patience.Token))
            if (update.Kind == PvUpdateKind.Value && update.Sample.Time.CompareTo(stamp) == 0)
                return;
    }

    private sealed class SimpleServer(DeploymentRunner runner, ConnectorPool pool, ModelHost models) : IAsyncDisposable
    {
        public static async Task<SimpleServer> Start(Bench bench)
        {
            var file = Path.Combine(SharedData.RepositoryRoot, "examples", "p4p", "server.yaml");
            var spec = SpecReader.ReadFile(file, new SpecReaderOptions { Strict = true }).OrThrow();
            // The same file on ports of this test.
            var settings = bench.PvaServerSettings.ToDictionary(s => s.Item1, s => s.Item2);
            spec = spec with { Modules = [.. spec.Modules.Select(m => m is Configuration.Spec.InterfaceModule i ? i with { Settings = i.Settings.SetItems(settings) } : m)] };
            var models = new ModelHost(new ModelHostOptions { Threads = 1 }, [new LumeModelLoader()], TimeProvider.System);
            var lease = await models.Acquire(new ModelSource(Path.Combine(SharedData.RepositoryRoot, "examples", "simple"), "simple"), "test", CancellationToken.None);
            var pool = new ConnectorPool([new PvaServerConnectorFactory(bench.Services)]);
            var services = new RunnerServices(pool, models, TransformerRegistry.BuiltIn, TimeProvider.System, NullLoggerFactory.Instance, OpenGate.Instance);
            var runner = new DeploymentRunner(spec, new RunnerOptions("test", Publish: true), DeploymentModels.Of(spec, lease), services);
            await runner.Start(CancellationToken.None);
            return new(runner, pool, models);
        }

        public async ValueTask DisposeAsync()
        {
            await runner.DisposeAsync();
            await pool.DisposeAsync();
            await models.DisposeAsync();
        }
    }
}
