using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests.ChannelAccess;

public class CaClientTests
{
    private static CancellationToken Soon() => new CancellationTokenSource(CaPair.Generous).Token;

    private static int FreeUdpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    [Fact]
    public async Task A_PV_that_nobody_has_says_so()
    {
        await using var pair = CaPair.Start(configure: o => o with { OperationTimeout = TimeSpan.FromMilliseconds(200) });
        var problem = await Assert.ThrowsAsync<CaTimeoutException>(() => pair.Client.Get("NOPE", Soon()));
        Assert.Equal("NOPE", problem.PvName);
        Assert.Contains("no server answered the search", problem.Message);
        var updates = await pair.Client.Get(["NOPE"], Soon());
        Assert.Equal((PvUpdateKind.Disconnected, AlarmSeverity.Invalid), (updates[0].Kind, updates[0].Sample.Alarm.Severity));
        Assert.Contains("no server answered", updates[0].Sample.Alarm.Message);
    }

    [Fact]
    public async Task Texts_choices_and_numbers_are_written_as_the_PV_needs_them()
    {
        await using var pair = CaPair.Start();
        pair.Server.AddPv("D", CaPair.Sample(0), new() { Writable = true });
        pair.Server.AddPv("E", CaPair.Sample(PvValue.Enum(0), new() { Choices = ["Off", "On"] }), new() { Writable = true });
        pair.Server.AddPv("S", CaPair.Sample(PvValue.String("")), new() { Writable = true });
        pair.Server.AddPv("W", CaPair.Sample(PvValue.Array(new int[5])), new() { Writable = true });
        async Task<PvValue> Round(string name, PvValue value)
        {
            await pair.Client.Put(name, value, Soon());
            return (await pair.Client.Get(name, Soon())).Value;
        }
        var longText = string.Concat(Enumerable.Repeat("0123456789", 20));
        Assert.Equal(PvValue.Double(Math.PI), await Round("D", PvValue.Double(Math.PI)));
        Assert.Equal(PvValue.Double(2.5), await Round("D", PvValue.String("2.5")));
        Assert.Equal(PvValue.Enum(1), await Round("E", PvValue.String("On")));
        Assert.Equal(PvValue.Enum(0), await Round("E", PvValue.Integer(PvKind.Int32, 0)));
        Assert.Equal(PvValue.String("2.5"), await Round("S", PvValue.Double(2.5)));
        Assert.Equal(PvValue.String(longText), await Round("S.VAL$", PvValue.String(longText)));
        Assert.Equal(PvValue.Array(new[] { 1, 2, 3 }), await Round("W", PvValue.Array(new[] { 1.9, 2.0, 3.1 })));
        await Assert.ThrowsAsync<CaPutRefusedException>(() => pair.Client.Put("D", "no number", Soon()));
    }

    [Fact]
    public async Task A_put_that_is_forgotten_arrives_all_the_same()
    {
        await using var pair = CaPair.Start(configure: o => o with { Priority = 7 });
        var pv = pair.Server.AddPv("A", CaPair.Sample(0), new() { Writable = true });
        await pair.Client.PutAndForget("A", PvValue.Double(3), Soon());
        Assert.Equal(3.0, (await pair.Client.Get("A", Soon())).Value.AsDouble());
        pv.Post(new(default, Alarm.Invalid(AlarmStatus.Comm, "the model failed"), new(1_700_000_000, 0)));
        var sample = await pair.Client.Get("A", Soon());
        Assert.Equal((3.0, AlarmSeverity.Invalid, AlarmStatus.Comm), (sample.Value.AsDouble(), sample.Alarm.Severity, sample.Alarm.Status));
    }

    [Fact]
    public async Task Large_arrays_go_both_ways_with_the_long_header()
    {
        await using var pair = CaPair.Start();
        var big = Enumerable.Range(0, 307_200).Select(i => i * 0.5).ToArray();
        pair.Server.AddPv("BIG", CaPair.Sample(PvValue.Array(new double[big.Length])), new() { Writable = true });
        await pair.Client.Put("BIG", PvValue.Array(big), Soon());
        Assert.Equal(PvValue.Array(big), (await pair.Client.Get("BIG", Soon())).Value);
    }

    [Fact]
    public async Task Arrays_above_the_limit_are_refused_where_there_is_one()
    {
        await using var pair = CaPair.Start(configure: o => o with { AutoArrayBytes = false, MaxArrayBytes = 16384, OperationTimeout = TimeSpan.FromSeconds(2) });
        pair.Server.AddPv("SMALL", CaPair.Sample(PvValue.Array(new double[100])));
        pair.Server.AddPv("BIG", CaPair.Sample(PvValue.Array(new double[100_000])));
        Assert.Equal(100, (await pair.Client.Get("SMALL", Soon())).Value.AsArray().Length);
        var problem = await Assert.ThrowsAsync<CaException>(() => pair.Client.Get("BIG", Soon()));
        Assert.Contains("EPICS_CA_MAX_ARRAY_BYTES", problem.Message);
    }

    [Fact]
    public async Task Many_gets_at_once_share_one_circuit()
    {
        await using var pair = CaPair.Start();
        var names = Enumerable.Range(0, 500).Select(i => $"PV:{i}").ToArray();
        for (var i = 0; i < names.Length; i++)
            pair.Server.AddPv(names[i], CaPair.Sample(i));
        var samples = await pair.Client.Get(names, Soon());
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (double)i), samples.Select(s => s.Sample.Value.AsDouble()));
        Assert.Equal(1, pair.Server.ClientCount);
    }

    [Fact]
    public async Task After_dispose_a_subscription_delivers_nothing_and_the_server_forgets_it()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("A", CaPair.Sample(0));
        var got = Channel.CreateUnbounded<PvUpdate>();
        var subscription = pair.Client.Subscribe("A", (in PvUpdate u) => got.Writer.TryWrite(u));
        await got.Reader.ReadAsync(Soon());
        await got.Reader.ReadAsync(Soon());
        subscription.Dispose();
        var delivered = subscription.Delivered;
        pv.Post(CaPair.Sample(1));
        Assert.Equal(1.0, (await pair.Client.Get("A", Soon())).Value.AsDouble());       // comes behind any update on the same circuit
        Assert.Equal(delivered, subscription.Delivered);
        Assert.Equal(0, pv.SubscriptionCount);
    }

    [Fact]
    public async Task A_change_of_metadata_comes_with_the_next_update()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("A", CaPair.Sample(PvValue.Double(0), new() { Units = "V" }));
        var got = Channel.CreateUnbounded<PvUpdate>();
        using var subscription = pair.Client.Subscribe("A", (in PvUpdate u) => got.Writer.TryWrite(u));
        await got.Reader.ReadAsync(Soon());
        Assert.Equal("V", (await got.Reader.ReadAsync(Soon())).Sample.Meta!.Units);
        pv.Post(CaPair.Sample(PvValue.Double(1), new() { Units = "kV" }));
        PvUpdate update;
        do
            update = await got.Reader.ReadAsync(Soon());
        while (update.Sample.Meta!.Units != "kV");
        Assert.Equal(1.0, update.Sample.Value.AsDouble());
        Assert.True(update.Sample.Meta.Version > 1);
    }

    [Fact]
    public async Task A_loop_that_is_slow_sees_the_newest_and_not_the_whole_past()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("A", CaPair.Sample(0));
        var last = -1.0;
        var posted = false;
        await foreach (var update in pair.Client.Monitor("A", Soon(), new CaMonitorOptions(QueueSize: 4)))
        {
            if (update.Kind != PvUpdateKind.Value)
                continue;
            last = update.Sample.Value.AsDouble();
            if (!posted)
            {
                posted = true;
                for (var i = 1; i <= 1000; i++)
                    pv.Post(CaPair.Sample(i));
                Assert.Equal(1000.0, (await pair.Client.Get("A", Soon())).Value.AsDouble());
            }
            if (last == 1000)
                break;
        }
        Assert.Equal(1000, last);
    }

    [Fact]
    public async Task The_first_client_repeats_beacons_for_the_others_and_the_next_takes_over()
    {
        var port = FreeUdpPort();
        var first = CaRepeater.TryStart(port, NullLogger.Instance);
        Assert.NotNull(first);
        Assert.Null(CaRepeater.TryStart(port, NullLogger.Instance));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var repeater = new IPEndPoint(IPAddress.Loopback, port);
        // Registration and confirmation of capture tca-get-ioc.
        await client.SendToAsync(Convert.FromHexString("0018000000000000000000007F000001"), repeater, Soon());
        var buffer = new byte[100];
        var received = await client.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Soon());
        Assert.Equal("0011000000000000000000007F000001", Convert.ToHexString(buffer.AsSpan(0, received.ReceivedBytes)));
        Assert.Equal(1, first.ClientCount);

        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await server.SendToAsync(Convert.FromHexString("000D0000000D13C80000003D00000000"), repeater, Soon());
        received = await client.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Soon());
        // The address of the server is filled in, because the datagram now comes from the repeater.
        Assert.Equal("000D0000000D13C80000003D7F000001", Convert.ToHexString(buffer.AsSpan(0, received.ReceivedBytes)));
        first.Dispose();
        await first.Ended.WaitAsync(CaPair.Generous);
        using var next = CaRepeater.TryStart(port, NullLogger.Instance);
        Assert.NotNull(next);
    }

    [Fact]
    public async Task A_beacon_brings_back_a_PV_long_before_the_next_search()
    {
        var repeaterPort = FreeUdpPort();
        int udp;
        await using (var probe = CaServer.Start(CaPair.ServerOptions))
            udp = probe.UdpPort;
        // Searches once a day, so only a beacon can help.
        var day = TimeSpan.FromDays(1);
        await using var client = new CaClient(new CaClientOptions
        {
            Addresses = [$"127.0.0.1:{udp}"],
            AutoAddresses = false,
            RepeaterPort = repeaterPort,
            OperationTimeout = CaPair.Generous,
            Search = new(day, day, day, day, 100, 10),
        });
        var updates = Channel.CreateUnbounded<PvUpdate>();
        using var subscription = client.Subscribe("B", (in PvUpdate u) => updates.Writer.TryWrite(u));
        while (client.SearchAttempts == 0)
            await Task.Yield();
        await using var server = CaServer.Start(CaPair.ServerOptions with { Port = udp, BeaconAddresses = ["127.0.0.1"], BeaconPort = repeaterPort });
        server.AddPv("B", CaPair.Sample(4));
        Assert.Equal(PvUpdateKind.Connected, (await updates.Reader.ReadAsync(Soon())).Kind);
        Assert.Equal(4.0, (await updates.Reader.ReadAsync(Soon())).Sample.Value.AsDouble());
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_asked_and_then_given_up()
    {
        // A server that accepts, greets, and never says anything again.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using var client = new CaClient(new CaClientOptions
        {
            AutoAddresses = false,
            UseRepeater = false,
            NameServers = [$"127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}"],
            ConnectionTimeout = TimeSpan.FromMilliseconds(200),
            EchoTimeout = TimeSpan.FromMilliseconds(100),
        });
        using var accepted = await listener.AcceptAsync(Soon());
        await accepted.SendAsync(Convert.FromHexString("000000000000000D0000000000000000"), Soon());
        using var buffer = new CaReceiveBuffer(1000);
        var commands = new List<CaCommand>();
        int count;
        while ((count = await accepted.ReceiveAsync(buffer.Free(), Soon())) > 0)
        {
            buffer.Advance(count);
            while (buffer.TryTake(out var message))
                commands.Add(message.Command);
        }
        Assert.Equal(CaCommand.Echo, commands[^1]);
        using var again = await listener.AcceptAsync(Soon());             // a name server is tried again
    }

    [Fact]
    public async Task Updates_of_scalars_allocate_nothing()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("A", CaPair.Sample(0));
        var done = new TaskCompletionSource();
        long before = 0;
        long allocated = -1;
        var count = 0;
        using var subscription = pair.Client.Subscribe("A", (in PvUpdate update) =>
        {
            // Called for each message of one segment on one thread, so its allocations are those of decoding.
            if (update.Kind != PvUpdateKind.Value)
                return;
            count++;
            if (count == 2000)
                before = GC.GetAllocatedBytesForCurrentThread();
            if (count == 2100)
            {
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                done.SetResult();
            }
        });
        while (pv.SubscriptionCount == 0)
            await Task.Yield();
        for (var i = 0; i < 3000 && !done.Task.IsCompleted; i++)
            pv.Post(CaPair.Sample(i));
        await done.Task.WaitAsync(CaPair.Generous);
        // The asynchronous receive between segments may allocate; a hundred updates of even one object each would be 2400 bytes.
        Assert.InRange(allocated, 0, 1000);
    }

    [Fact]
    public async Task Unused_channels_are_cleared_after_a_while()
    {
        await using var pair = CaPair.Start(configure: o => o with { ChannelLinger = TimeSpan.FromMilliseconds(50) });
        pair.Server.AddPv("A", CaPair.Sample(0));
        await pair.Client.Get("A", Soon());
        while (pair.Server.ClientCount > 0)
            await Task.Yield();
        Assert.Equal(0.0, (await pair.Client.Get("A", Soon())).Value.AsDouble());
    }
}
