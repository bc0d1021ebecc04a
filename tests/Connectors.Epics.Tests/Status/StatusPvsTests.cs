using System.Collections.Immutable;
using System.Threading.Channels;
using ModelManager.Epics.Net;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Status;

public sealed class StatusPvsTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Deployments_and_the_process_are_shown_and_a_deployment_that_ends_disappears()
    {
        var source = new Told(new DeploymentReport("beam", "Running", false, 9.96, 0.5, 1.25, 3, "injector", "7", 2, "a formula failed"));
        await using var status = Serve(source);
        await using var client = _bench.PvaClient();

        async Task<PvSample> Get(string name) => await client.Get(name, timeout: Bench.Generous);
        Assert.Equal("Running", (await Get("T:beam:STATE")).Value.AsString());
        Assert.Equal(9.96, (await Get("T:beam:RATE")).Value.AsDouble());
        Assert.Equal((0.5, 1.25, "ms"), ((await Get("T:beam:LATENCY:P50")).Value.AsDouble(), (await Get("T:beam:LATENCY:P99")).Value.AsDouble(), (await Get("T:beam:LATENCY:P99")).Meta!.Units));
        Assert.Equal((3.0, 2.0), ((await Get("T:beam:DROPS")).Value.AsDouble(), (await Get("T:beam:EPOCH")).Value.AsDouble()));
        Assert.Equal(("injector", "7", "a formula failed"),
            ((await Get("T:beam:MODEL:NAME")).Value.AsString(), (await Get("T:beam:MODEL:VERSION")).Value.AsString(), (await Get("T:beam:LAST_ERROR")).Value.AsString()));
        Assert.Equal("1 days, 02:03:04", (await Get("T:UPTIME")).Value.AsString());
        Assert.Equal(("host", 12.5, 100.0, 55.0), ((await Get("T:HOSTNAME")).Value.AsString(), (await Get("T:SYS_CPU_LOAD")).Value.AsDouble(), (await Get("T:MEM_USED")).Value.AsDouble(), (await Get("T:FD_CNT")).Value.AsDouble()));
        // Ten of the process and eleven of the deployment, under two protocols.
        using (var until = new CancellationTokenSource(Bench.Generous))
            await foreach (var update in client.Monitor("T:RECORD_CNT", until.Token))
                if (update.Kind == PvUpdateKind.Value && update.Sample.Value.AsDouble() == 42)
                    break;

        source.Deployments = [];
        using var patience = new CancellationTokenSource(Bench.Generous);
        await foreach (var update in client.Monitor("T:beam:STATE", patience.Token))
            if (update.Kind == PvUpdateKind.Disconnected)
                return;
    }

    [Fact]
    public async Task Heartbeats_count_up()
    {
        await using var status = Serve(new Told(new DeploymentReport("beam", "Running", false, 1, null, null, 0, "", "", 1, "")));
        await using var client = _bench.PvaClient();
        var beats = new List<double>();
        using var patience = new CancellationTokenSource(Bench.Generous);

        await foreach (var update in client.Monitor("T:beam:HEARTBEAT", patience.Token))
        {
            if (update.Kind == PvUpdateKind.Value)
                beats.Add(update.Sample.Value.AsDouble());
            if (beats.Count == 3)
                break;
        }

        Assert.Equal([beats[0], beats[0] + 1, beats[0] + 2], beats);
        Assert.Equal(AlarmStatus.Udf, (await client.Get("T:beam:LATENCY:P50", timeout: Bench.Generous)).Alarm.Status);
    }

    [Fact]
    public async Task Commands_are_carried_out_and_nonsense_is_refused()
    {
        var source = new Told(new DeploymentReport("beam", "Running", false, 1, 1, 1, 0, "", "", 1, ""));
        await using var status = Serve(source);
        await using var client = _bench.PvaClient();

        await client.Put("T:beam:CMD", PvValue.String("pause"), timeout: Bench.Generous);
        Assert.Equal(("beam", StatusCommand.Pause), await source.Commands.Reader.ReadAsync());
        var refused = await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("T:beam:CMD", PvValue.String("explode"), timeout: Bench.Generous));
        Assert.Contains("pause and resume", refused.Message);
        var readOnly = await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("T:beam:STATE", PvValue.String("Stopped"), timeout: Bench.Generous));
        Assert.Contains("read-only", readOnly.Message);
    }

    private StatusPvs Serve(IStatusSource source)
    {
        _bench.Services.Environment = _bench.PvaServerSettings.Skip(1).Concat(_bench.CaServerSettings.Skip(1))
            .Append(("EPICS_PVAS_SERVER_PORT", "0")).Append(("EPICS_CAS_SERVER_PORT", $"{_bench.Ca}")).ToDictionary(s => s.Item1, s => s.Item2);
        return StatusPvs.Serve(source, "T:", _bench.Services, new(_bench.Services), new(_bench.Services));
    }

    private sealed class Told(params DeploymentReport[] deployments) : IStatusSource
    {
        public ImmutableArray<DeploymentReport> Deployments = [.. deployments];

        public Channel<(string, StatusCommand)> Commands { get; } = Channel.CreateUnbounded<(string, StatusCommand)>();

        public ValueTask<StatusSnapshot> Read(CancellationToken cancellation) => new(new StatusSnapshot(Deployments, new("host", new TimeSpan(1, 2, 3, 4), 12.5, 3, 100, 55)));

        public async Task Command(string deployment, StatusCommand command, CancellationToken cancellation) => await Commands.Writer.WriteAsync((deployment, command), cancellation);
    }
}
