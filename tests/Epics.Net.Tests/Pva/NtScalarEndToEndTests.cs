using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests;

public sealed class NtScalarEndToEndTests
{
    private readonly Loopback _loopback = new();

    [Fact]
    public async Task A_posted_number_is_read_with_its_alarm_stamp_and_units()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:x", NtScalar.Double(1.5, new PvMeta { Units = "mm", Precision = 3, Display = new(-10, 10) }));
        pv.Post(PvValue.Double(2.5), new Alarm(AlarmSeverity.Minor, AlarmStatus.High, "HIGH"), new PvTime(1_700_000_000, 123_456_789, 77));
        await using var client = new PvaClient(_loopback.Client);

        var sample = await client.Get("T:x", timeout: Loopback.Generous);

        Assert.Equal(2.5, sample.Value.AsDouble());
        Assert.Equal(new Alarm(AlarmSeverity.Minor, AlarmStatus.High, "HIGH"), sample.Alarm);
        Assert.Equal(new PvTime(1_700_000_000, 123_456_789, 77), sample.Time);
        Assert.Equal(("mm", 3, new Limits(-10, 10)), (sample.Meta!.Units, sample.Meta.Precision, sample.Meta.Display));
    }

    [Fact]
    public async Task A_monitor_brings_the_connect_the_current_value_and_every_change()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:x", NtScalar.Double(1));
        await using var client = new PvaClient(_loopback.Client);
        using var timeout = new CancellationTokenSource(Loopback.Generous);
        var seen = new List<double>();

        await foreach (var update in client.Monitor("T:x", timeout.Token))
        {
            if (update.Kind != PvUpdateKind.Value)
            {
                Assert.Equal(PvUpdateKind.Connected, update.Kind);
                continue;
            }
            seen.Add(update.Sample.Value.AsDouble());
            if (seen.Count == 5)
                break;
            pv.Post(seen.Count + 1);
        }

        Assert.Equal([1, 2, 3, 4, 5], seen);
    }

    [Fact]
    public async Task A_put_is_accepted_posted_and_monitored()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        PutRequest? seen = null;
        var pv = server.AddPv("T:x", NtScalar.Double(0), request =>
        {
            seen = request;
            return new(PutReply.Accepted);
        });
        await using var client = new PvaClient(_loopback.Client);

        await client.Put("T:x", 7.25, timeout: Loopback.Generous);

        Assert.Equal(7.25, pv.Read().Value.AsDouble());
        Assert.Equal(AlarmSeverity.NoAlarm, pv.Read().Alarm.Severity);
        Assert.True(pv.Read().Time.IsSet);
        Assert.Equal(PvValue.Double(7.25), seen!.NewValue);
        Assert.Equal(("tester", "bench", "ca"), (seen.Client.User, seen.Client.Host, seen.Client.Authority));
    }

    [Fact]
    public async Task A_put_to_a_read_only_pv_is_refused_with_a_text()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:x", NtScalar.Double(3));
        await using var client = new PvaClient(_loopback.Client);

        var refused = await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("T:x", 7.25, timeout: Loopback.Generous));

        Assert.Equal("'T:x' is read-only", refused.Reason);
        Assert.Equal(3, pv.Read().Value.AsDouble());
    }

    [Fact]
    public async Task A_pv_nobody_has_times_out_and_says_so()
    {
        await using var client = new PvaClient(_loopback.Client);

        var problem = await Assert.ThrowsAsync<PvaTimeoutException>(() => client.Get("T:nowhere", timeout: TimeSpan.FromMilliseconds(50)));

        Assert.False(problem.WasConnected);
        Assert.Contains("T:nowhere", problem.Message);
    }

    [Fact]
    public async Task A_restarted_server_is_found_again_by_itself()
    {
        using var timeout = new CancellationTokenSource(Loopback.Generous);
        var server = PvaServer.Start(_loopback.Server);
        server.AddPv("T:x", NtScalar.Double(1));
        await using var client = new PvaClient(_loopback.Client);
        var kinds = new List<PvUpdateKind>();
        var values = new List<double>();
        await foreach (var update in client.Monitor("T:x", timeout.Token))
        {
            kinds.Add(update.Kind);
            if (update.Kind == PvUpdateKind.Value)
                values.Add(update.Sample.Value.AsDouble());
            if (update.Kind == PvUpdateKind.Value && values.Count == 1)
                await server.DisposeAsync();
            if (update.Kind == PvUpdateKind.Disconnected)
            {
                Assert.Equal(AlarmSeverity.Invalid, update.Sample.Alarm.Severity);
                server = PvaServer.Start(_loopback.Server);
                server.AddPv("T:x", NtScalar.Double(2));
            }
            if (values.Count == 2)
                break;
        }
        await server.DisposeAsync();

        Assert.Equal([PvUpdateKind.Connected, PvUpdateKind.Value, PvUpdateKind.Disconnected, PvUpdateKind.Connected, PvUpdateKind.Value], kinds);
        Assert.Equal([1, 2], values);
    }

    [Fact]
    public async Task A_name_server_is_asked_over_tcp_alone()
    {
        await using var server = PvaServer.Start(_loopback.Server with { UseUdp = false });
        server.AddPv("T:x", NtScalar.Double(4));
        await using var client = new PvaClient(_loopback.ByName(server));

        Assert.Equal(4, (await client.Get("T:x", timeout: Loopback.Generous)).Value.AsDouble());
        Assert.Equal(0, client.SearchDatagrams);
    }

    [Fact]
    public async Task Two_servers_on_one_host_share_the_search_port()
    {
        await using var first = PvaServer.Start(_loopback.Server);
        await using var second = PvaServer.Start(_loopback.Server);
        first.AddPv("T:first", NtScalar.Double(1));
        second.AddPv("T:second", NtScalar.Double(2));
        await using var client = new PvaClient(_loopback.Client);

        var values = await Task.WhenAll(client.Get("T:first", timeout: Loopback.Generous), client.Get("T:second", timeout: Loopback.Generous));

        Assert.Equal([1, 2], values.Select(sample => sample.Value.AsDouble()));
        Assert.NotEqual(first.Port, second.Port);
    }

    [Fact]
    public async Task The_list_of_pvs_and_a_type_can_be_asked_for()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        server.AddPv("T:b", NtScalar.Int32(1));
        server.AddPv("T:a", NtScalar.Double(1));
        await using var client = new PvaClient(_loopback.Client);

        Assert.Equal(["T:a", "T:b"], await PvaClient.ListPvs(new(System.Net.IPAddress.Loopback, server.Port), _loopback.Client));
        var info = await client.Info("T:b", timeout: Loopback.Generous);
        Assert.Equal(("T:b", server.Port, NtTypes.Scalar(PvaTypeCode.Int32)), (info.Name, info.Server.Port, info.Type));
    }
}
