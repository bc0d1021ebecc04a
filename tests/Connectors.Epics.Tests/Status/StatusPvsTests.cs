using System.Collections.Immutable;
using System.Threading.Channels;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Status;

public sealed class StatusPvsTests
{
    private readonly Bench _bench = new();

    [Fact]
    public async Task Deployments_and_the_process_are_shown_and_a_deployment_that_ends_disappears()
    {
        var source = new Told(new DeploymentReport("beam", "Running", AlarmSeverity.NoAlarm, "", 9.96, 0.5, 1.25, 3, "injector", "7", 2, "a formula failed"));
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
        await using var status = Serve(new Told(new DeploymentReport("beam", "Running", AlarmSeverity.NoAlarm, "", 1, null, null, 0, "", "", 1, "")));
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

    [Theory]
    [InlineData("pause", StatusCommand.Pause)]
    [InlineData(" Resume ", StatusCommand.Resume)]
    [InlineData("ROLLBACK", StatusCommand.Rollback)]
    public async Task A_put_to_CMD_ends_when_the_command_was_carried_out(string text, StatusCommand expected)
    {
        var source = new Told(Beam);
        await using var status = Serve(source);
        await using var client = _bench.PvaClient();
        await using var ca = _bench.CaClient();

        var put = client.Put("T:beam:CMD", PvValue.String(text), timeout: Bench.Generous);
        var (deployment, command, caller, done) = await source.Commands.Reader.ReadAsync();
        Assert.Equal(("beam", expected, "operator", "console", "pva"), (deployment, command, caller.User, caller.Host, caller.Protocol));
        Assert.False(put.IsCompleted);
        source.Deployments = [Beam with { State = "Changed" }];
        done.SetResult();
        await put;

        // What came of it stands there when the put has ended, under both protocols.
        Assert.Equal("Changed", (await client.Get("T:beam:STATE", timeout: Bench.Generous)).Value.AsString());
        Assert.Equal((text.Trim(), AlarmSeverity.NoAlarm), ((await ca.Get("T:beam:CMD")).Value.AsString(), (await ca.Get("T:beam:CMD")).Alarm.Severity));
    }

    [Fact]
    public async Task A_command_that_fails_is_the_error_of_the_put_and_the_alarm_of_CMD()
    {
        var source = new Told(Beam);
        await using var status = Serve(source);
        await using var client = _bench.PvaClient();
        await using var ca = _bench.CaClient();

        var put = client.Put("T:beam:CMD", PvValue.String("rollback"), timeout: Bench.Generous);
        (await source.Commands.Reader.ReadAsync()).Done.SetException(new InvalidOperationException("there is no earlier generation"));
        var refused = await Assert.ThrowsAsync<PvaRefusedException>(() => put);
        Assert.Contains("rollback of beam: there is no earlier generation", refused.Message);
        Assert.Equal(AlarmSeverity.Major, (await client.Get("T:beam:CMD", timeout: Bench.Generous)).Alarm.Severity);

        var overCa = ca.Put("T:beam:CMD", "pause");
        (await source.Commands.Reader.ReadAsync()).Done.SetException(new InvalidOperationException("it is gone"));
        await Assert.ThrowsAsync<CaPutRefusedException>(() => overCa);
        Assert.Equal(("pause", AlarmStatus.Write), ((await ca.Get("T:beam:CMD")).Value.AsString(), (await ca.Get("T:beam:CMD")).Alarm.Status));
    }

    [Fact]
    public async Task What_is_no_command_is_refused_and_states_are_read_only()
    {
        await using var status = Serve(new Told(Beam));
        await using var client = _bench.PvaClient();

        foreach (var nonsense in (string[])["explode", "0", "pause,resume", ""])
            Assert.Contains("pause, resume and rollback are", (await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("T:beam:CMD", PvValue.String(nonsense), timeout: Bench.Generous))).Message);
        var readOnly = await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("T:beam:STATE", PvValue.String("Stopped"), timeout: Bench.Generous));
        Assert.Contains("read-only", readOnly.Message);
    }

    [Fact]
    public async Task The_file_of_the_process_says_who_may_command()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "UAG(ops) {operator} ASG(DEFAULT) { RULE(1, READ) } ASG(COMMAND) { RULE(1, READ) RULE(1, WRITE) { UAG(ops) } }");
        _bench.Services.AccessSecurity = new(file, new Dictionary<string, string>());
        var refusals = new List<OutsidePut>();
        _bench.Services.PutSeen = put => { if (put.Refusal is not null) refusals.Add(put); };
        var source = new Told(Beam);
        await using var status = Serve(source);
        await using PvaClient op = _bench.PvaClient(), guest = new(op.Options with { User = "guest" });

        var denied = await Assert.ThrowsAsync<PvaRefusedException>(() => guest.Put("T:beam:CMD", PvValue.String("pause"), timeout: Bench.Generous));
        Assert.Contains("user 'guest' is not in ops", denied.Message);
        Assert.Equal(("T:beam:CMD", "guest"), (Assert.Single(refusals).PvName, refusals[0].User));
        var put = op.Put("T:beam:CMD", PvValue.String("pause"), timeout: Bench.Generous);
        (await source.Commands.Reader.ReadAsync()).Done.SetResult();
        await put;
        File.Delete(file);
    }

    [Fact]
    public async Task A_failed_deployment_is_MAJOR_with_the_cause()
    {
        await using var status = Serve(new Told(Beam with { State = "Failed", Severity = AlarmSeverity.Major, Why = "the model never returned" }));
        await using var client = _bench.PvaClient();

        var state = await client.Get("T:beam:STATE", timeout: Bench.Generous);

        Assert.Equal(("Failed", AlarmSeverity.Major, "the model never returned"), (state.Value.AsString(), state.Alarm.Severity, state.Alarm.Message));
    }

    private static DeploymentReport Beam => new("beam", "Running", AlarmSeverity.NoAlarm, "", 1, 1, 1, 0, "", "", 1, "");

    private StatusPvs Serve(IStatusSource source)
    {
        _bench.Services.Environment = _bench.PvaServerSettings.Skip(1).Concat(_bench.CaServerSettings.Skip(1))
            .Append(("EPICS_PVAS_SERVER_PORT", "0")).Append(("EPICS_CAS_SERVER_PORT", $"{_bench.Ca}")).ToDictionary(s => s.Item1, s => s.Item2);
        return StatusPvs.Serve(source, "T:", _bench.Services, new(_bench.Services), new(_bench.Services));
    }

    private sealed class Told(params DeploymentReport[] deployments) : IStatusSource
    {
        public ImmutableArray<DeploymentReport> Deployments = [.. deployments];

        public Channel<(string Deployment, StatusCommand Command, OutsideCaller Caller, TaskCompletionSource Done)> Commands { get; } =
            Channel.CreateUnbounded<(string, StatusCommand, OutsideCaller, TaskCompletionSource)>();

        public ValueTask<StatusSnapshot> Read(CancellationToken cancellation) => new(new StatusSnapshot(Deployments, new("host", new TimeSpan(1, 2, 3, 4), 12.5, 3, 100, 55)));

        public async Task Command(string deployment, StatusCommand command, OutsideCaller caller, CancellationToken cancellation)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await Commands.Writer.WriteAsync((deployment, command, caller, done), cancellation);
            await done.Task;
        }
    }
}
