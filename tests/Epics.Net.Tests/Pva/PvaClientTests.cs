using Microsoft.Extensions.Time.Testing;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests;

public sealed class PvaClientTests
{
    private readonly Loopback _loopback = new();

    [Fact]
    public async Task An_image_comes_with_its_rows_and_columns()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pixels = Enumerable.Range(0, 480 * 640).Select(i => (double)i).ToArray();
        server.AddPv("T:image", NtNdArray.Of(new PvImage(pixels, [480, 640], "", 5)));
        server.AddPv("T:packed", NtNdArray.Of(new PvImage(pixels, [480, 640], "lz4", 6)));
        await using var client = new PvaClient(_loopback.Client);

        Assert.Equal(PvValue.Image(new PvImage(pixels, [480, 640])), (await client.Get("T:image", timeout: Loopback.Generous)).Value);
        Assert.Equal(PvValue.Image(new PvImage(pixels, [480, 640])), (await client.Get("T:packed", timeout: Loopback.Generous)).Value);
    }

    [Fact]
    public async Task An_enumeration_is_put_by_choice_or_index()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:mode", NtEnum.Of(0, "Off", "On", "Fault"), request =>
            new(request.NewValue == PvValue.Enum(2) ? PutReply.Refused("faults are not set by hand") : PutReply.Accepted));
        await using var client = new PvaClient(_loopback.Client);

        await client.Put("T:mode", PvValue.String("On"), timeout: Loopback.Generous);
        Assert.Equal(PvValue.Enum(1), pv.Read().Value);
        await client.Put("T:mode", PvValue.Integer(PvKind.Int32, 0), timeout: Loopback.Generous);
        Assert.Equal(PvValue.Enum(0), pv.Read().Value);
        await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("T:mode", PvValue.String("Fault"), timeout: Loopback.Generous));
        Assert.Contains("Off, On, Fault", (await Assert.ThrowsAsync<ArgumentException>(() => client.Put("T:mode", PvValue.String("Nonsense"), timeout: Loopback.Generous))).Message);
        Assert.Equal(["Off", "On", "Fault"], (await client.Get("T:mode", timeout: Loopback.Generous)).Meta!.Choices);
    }

    [Fact]
    public async Task Fields_are_put_by_path_with_options_and_a_stamp_is_kept()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        PutRequest? seen = null;
        var pv = server.AddPv("T:x", NtScalar.Double(0), request =>
        {
            seen = request;
            return new(PutReply.Accepted);
        });
        await using var client = new PvaClient(_loopback.Client);

        await client.PutFields("T:x", [("value", 4.5), ("timeStamp.secondsPastEpoch", 1_700_000_000), ("timeStamp.nanoseconds", 5)], [("process", "true")], timeout: Loopback.Generous);

        Assert.Equal((4.5, new PvTime(1_700_000_000, 5)), (pv.Read().Value.AsDouble(), pv.Read().Time));
        Assert.Equal(new BitMask(1, 7, 8), seen!.Changed);
    }

    [Fact]
    public async Task Thousands_of_channels_come_over_one_connection()
    {
        const int count = 5_000;
        await using var server = PvaServer.Start(_loopback.Server);
        for (var i = 0; i < count; i++)
            server.AddPv($"T:pv{i}", NtScalar.Double(i));
        await using var client = new PvaClient(_loopback.Client);
        var recorders = new Recorder[count];
        var all = new Task[count];
        for (var i = 0; i < count; i++)
        {
            recorders[i] = new Recorder();
            var expected = (double)i;
            all[i] = recorders[i].Until(value => (double)value["value"]! == expected);
            client.Subscribe($"T:pv{i}", recorders[i]);
        }
        await Task.WhenAll(all);

        Assert.Equal((count, 1, 1), (client.ConnectedCount, client.ConnectionCount, server.ConnectionCount));
        Assert.InRange(client.SearchDatagrams, 50, 2000);
    }

    [Fact]
    public async Task A_put_on_the_way_when_the_server_goes_is_never_repeated()
    {
        var server = PvaServer.Start(_loopback.Server);
        var puts = 0;
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.AddPv("T:x", NtScalar.Double(0), async _ =>
        {
            Interlocked.Increment(ref puts);
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite);
            return PutReply.Accepted;
        });
        await using var client = new PvaClient(_loopback.Client);
        var put = client.Put("T:x", 1, timeout: Loopback.Generous);
        await arrived.Task;
        await server.DisposeAsync();

        await Assert.ThrowsAsync<PvaDisconnectedException>(() => put);
        Assert.Equal(1, puts);
    }

    [Fact]
    public async Task A_pipelined_monitor_loses_nothing_that_was_posted_with_room()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:x", NtScalar.Double(0));
        await using var client = new PvaClient(_loopback.Client);
        var recorder = new Recorder();
        using var subscription = client.Subscribe("T:x", recorder, new PvaMonitorOptions { Pipeline = true, QueueSize = 16, Fields = ["value"] });
        await recorder.Until(_ => true);
        var last = recorder.Until(value => (double)value["value"]! == 5000);
        for (var i = 1; i <= 5000;)
            if (pv.HasRoom)
                pv.Post(i++);
            else
                Thread.Yield();
        await last;
        Assert.Equal(5001, recorder.Updates);
        Assert.Equal((0L, 5001L), (pv.Squashed, subscription.UpdateCount));
    }

    [Fact]
    public async Task Disposing_a_subscription_ends_it_at_the_server()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:x", NtScalar.Double(0));
        await using var client = new PvaClient(_loopback.Client);
        var recorder = new Recorder();
        var subscription = client.Subscribe("T:x", recorder);
        await recorder.Until(_ => true);
        Assert.Equal(1, pv.SubscriberCount);
        subscription.Dispose();
        // A get on the same connection comes after the end of the subscription.
        await client.Get("T:x", timeout: Loopback.Generous);
        Assert.Equal(0, pv.SubscriberCount);
        pv.Post(1);
        await client.Get("T:x", timeout: Loopback.Generous);
        Assert.Equal(1, recorder.Updates);
    }

    [Fact]
    public async Task A_beacon_makes_a_client_search_whose_clock_stands_still()
    {
        var clock = new FakeTimeProvider();
        await using var server = PvaServer.Start(_loopback.Server);
        await using var client = new PvaClient(_loopback.Client, clock: clock);
        var recorder = new Recorder();
        using var subscription = client.Subscribe("T:late", recorder);
        clock.Advance(TimeSpan.FromMilliseconds(100));
        // The server takes searches in turn: once it has answered another client, it has passed over ours.
        server.AddPv("T:other", NtScalar.Double(1));
        await using var other = new PvaClient(_loopback.Client);
        await other.Get("T:other", timeout: Loopback.Generous);
        await using var otherAgain = new PvaClient(_loopback.Client);
        await otherAgain.Get("T:other", timeout: Loopback.Generous);
        var before = client.SearchDatagrams;

        // Nothing but the beacon about the new name can bring the client to search again.
        var found = recorder.Until(_ => true);
        server.AddPv("T:late", NtScalar.Double(1));
        await found;
        Assert.InRange(client.SearchDatagrams, before + 1, before + 3);
    }

    [Fact]
    public async Task Servers_are_discovered()
    {
        await using var first = PvaServer.Start(_loopback.Server);
        await using var second = PvaServer.Start(_loopback.Server);
        await using var client = new PvaClient(_loopback.Client);
        IReadOnlyCollection<PvaServerInfo> found = [];
        for (var i = 0; i < 20 && found.Count < 2; i++)
            found = await client.DiscoverServers(TimeSpan.FromMilliseconds(100));
        Assert.Equal(new[] { first.Port, second.Port }.Order(), found.Select(server => server.Address.Port).Order());
        Assert.Contains(found, server => server.Guid == first.Guid);
    }
}
