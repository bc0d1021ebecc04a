using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests;

public sealed class PvaServerTests
{
    private readonly Loopback _loopback = new();

    [Fact]
    public async Task A_subscriber_that_never_reads_delays_nobody_and_gets_the_newest_in_the_end()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:image", NtNdArray.Of(Image(0)));
        using var stuck = new RawPeer(server.Port);
        await stuck.Until("validated");
        stuck.Protocol.CreateChannel(1, "T:image");
        await stuck.Until("created");
        var monitor = stuck.Protocol.Init(OperationKind.Monitor, 1, stuck.Sid, PvRequest.Everything);
        await stuck.Until("init");
        stuck.Protocol.Start(monitor);
        await stuck.Flush();

        await using var client = new PvaClient(_loopback.Client);
        var fast = new Recorder();
        using var subscription = client.Subscribe("T:image", fast);
        await fast.Until(_ => true);
        for (var i = 1; i <= 100; i++)
        {
            var seen = fast.Until(value => value.Layout.Nt.Image is { } image && value.GetInt64(image.UniqueId) == i);
            pv.Post(PvValue.Image(Image(i)));
            await seen;
        }
        Assert.Equal(101, fast.Updates);
        Assert.True(pv.Squashed > 0);

        while (monitor.Value!.GetInt64(monitor.Value.Layout.Nt.Image!.UniqueId) != 100)
            await stuck.Until(stuck.Seen + "update");
        Assert.True(stuck.Seen.Split("update").Length < 100);
    }

    [Fact]
    public async Task On_this_host_a_server_of_all_interfaces_is_told_by_an_address()
    {
        using var listener = UdpSockets.LoopbackGroup(Datagram.LoopbackGroup, _loopback.BroadcastPort)!;
        await using var server = PvaServer.Start(_loopback.Server with { Interfaces = [] });
        server.AddPv("T:first", NtScalar.Double(1));

        var beacon = await ReceiveBeacon(listener);
        Assert.Equal((server.Guid, new IPEndPoint(IPAddress.Loopback, server.Port)), (beacon.Guid, beacon.Server));
    }

    // What pvxs 1.5 sends (capture pvxs-get-dbl: method ca, user and host empty).
    [Fact]
    public async Task A_client_that_names_no_host_is_known_by_its_address()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        PvaPeer? seen = null;
        server.AddPv("T:set", NtScalar.Double(0), put =>
        {
            seen = put.Client;
            return new(PutReply.Accepted);
        });
        await using var client = new PvaClient(_loopback.Client with { User = "", Host = "" });
        await client.Put("T:set", 1, timeout: Loopback.Generous);
        Assert.Equal(("", "127.0.0.1", "ca"), (seen!.User, seen.Host, seen.Authority));
    }

    [Fact]
    public async Task No_beacon_comes_before_there_is_a_name_to_find()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var clock = new FakeTimeProvider();
        await using var server = PvaServer.Start(_loopback.Server with { BeaconAddresses = [new("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port)] }, clock: clock);
        clock.Advance(TimeSpan.FromSeconds(40));
        server.AddPv("T:first", NtScalar.Double(1));
        clock.Advance(TimeSpan.FromSeconds(1));

        var beacon = await ReceiveBeacon(listener);
        Assert.Equal((1, 1), (beacon.Sequence, beacon.Change));
    }

    private static async Task<Beacon> ReceiveBeacon(Socket listener)
    {
        var datagram = new byte[100];
        using var patience = new CancellationTokenSource(Loopback.Generous);
        var length = await listener.ReceiveAsync(datagram, SocketFlags.None, patience.Token);
        var rest = (ReadOnlySpan<byte>)datagram.AsSpan(0, length);
        Assert.True(Datagram.TryNext(ref rest, out var header, out var payload));
        var reader = new WireReader(payload, header.BigEndian);
        return Beacon.Read(ref reader, new ValueReader(new TypeReader(), 1000));
    }

    [Fact]
    public async Task A_removed_pv_is_taken_away_and_found_again_when_it_is_back()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        server.AddPv("T:x", NtScalar.Double(1));
        await using var client = new PvaClient(_loopback.Client);
        var recorder = new Recorder();
        using var subscription = client.Subscribe("T:x", recorder);
        await recorder.Until(value => (double)value["value"]! == 1);

        Assert.True(server.RemovePv("T:x"));
        Assert.Contains("taken the PV away", await recorder.Disconnected);
        Assert.False(server.RemovePv("T:x"));
        var back = recorder.Until(value => (double)value["value"]! == 2);
        server.AddPv("T:x", NtScalar.Double(2));
        await back;
    }

    [Fact]
    public async Task Access_is_asked_with_who_the_client_is_and_refusals_carry_the_reason()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var log = new List<string>();
        server.Access = new OnlyOperators();
        server.PutSeen = (pv, peer, refusal) =>
        {
            lock (log)
                log.Add($"{pv.Name} {peer.User} {refusal}");
        };
        server.AddPv("T:x", NtScalar.Double(1), _ => new(PutReply.Accepted));
        server.AddPv("T:secret", NtScalar.Double(1));
        await using var guest = new PvaClient(_loopback.Client with { User = "guest" });
        await using var op = new PvaClient(_loopback.Client with { User = "operator" });

        Assert.Equal("guest may not write T:x", (await Assert.ThrowsAsync<PvaRefusedException>(() => guest.Put("T:x", 2, timeout: Loopback.Generous))).Reason);
        Assert.Equal("guest may not read T:secret", (await Assert.ThrowsAsync<PvaRefusedException>(() => guest.Get("T:secret", timeout: Loopback.Generous))).Reason);
        await op.Put("T:x", 3, timeout: Loopback.Generous);
        Assert.Equal(3, (await guest.Get("T:x", timeout: Loopback.Generous)).Value.AsDouble());
        Assert.Equal(["T:x guest guest may not write T:x", "T:x operator "], log);
    }

    [Fact]
    public async Task A_handler_that_fails_refuses_that_put_and_nothing_else()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        server.AddPv("T:x", NtScalar.Double(1), _ => throw new InvalidOperationException("no magnet is connected"));
        server.AddPv("T:slow", NtScalar.Double(1), async request =>
        {
            await Task.Yield();
            return request.NewValue.AsDouble() > 10 ? PutReply.Refused("above 10") : PutReply.Accepted;
        });
        await using var client = new PvaClient(_loopback.Client);

        Assert.Equal("no magnet is connected", (await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("T:x", 2, timeout: Loopback.Generous))).Reason);
        Assert.Equal("above 10", (await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("T:slow", 11, timeout: Loopback.Generous))).Reason);
        await client.Put("T:slow", 9, timeout: Loopback.Generous);
        Assert.Equal(9, (await client.Get("T:slow", timeout: Loopback.Generous)).Value.AsDouble());
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_search_for_a_pv_without_a_server_is_kept_and_answered_when_one_takes_over()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var directory = new Directory { ["T:moving"] = PvaPlace.Nowhere, ["T:elsewhere"] = PvaPlace.At(new(IPAddress.Parse("10.1.2.3"), 5099), ServerGuid.Create()) };
        server.Directory = directory;
        using var client = new RawPeer(server.Port);
        await client.Until("validated");
        client.Protocol.Search(new SearchRequest(1, SearchFlags.Unicast, new(IPAddress.Any, 0), ["tcp"], [new(7, "T:moving"), new(8, "T:elsewhere"), new(9, "T:unknown")]));
        await client.Until("found True 8 at 10.1.2.3:5099");
        Assert.DoesNotContain("True 7", client.Seen);

        server.AnswerParked("T:moving", PvaPlace.At(new(IPAddress.Parse("10.1.2.4"), 5100), ServerGuid.Create()));
        await client.Until("found True 7 at 10.1.2.4:5100");
        Assert.DoesNotContain("True 9", client.Seen);

        client.Protocol.Search(new SearchRequest(2, SearchFlags.Unicast, new(IPAddress.Any, 0), ["tcp"], [new(70, "T:moving")]));
        client.Protocol.Echo();
        await client.Until("echo");
        server.AddPv("T:moving", NtScalar.Double(1));
        await client.Until($"found True 70 at 127.0.0.1:{server.Port} {server.Guid}");
    }

    [Fact]
    public async Task An_advertised_address_is_told_instead_of_our_own()
    {
        await using var server = PvaServer.Start(_loopback.Server with { Advertise = new("192.0.2.7", 6000) });
        server.AddPv("T:x", NtScalar.Double(1));
        using var client = new RawPeer(server.Port);
        await client.Until("validated");
        client.Protocol.Search(new SearchRequest(1, SearchFlags.Unicast, new(IPAddress.Any, 0), ["tcp"], [new(1, "T:x")]));
        await client.Until("found True 1 at 192.0.2.7:6000");
    }

    [Fact]
    public async Task A_taken_port_is_replaced_by_a_free_one()
    {
        await using var first = PvaServer.Start(_loopback.Server with { UseUdp = false });
        await using var second = PvaServer.Start(_loopback.Server with { UseUdp = false, ServerPort = first.Port });
        Assert.NotEqual(first.Port, second.Port);
    }

    [Fact]
    public async Task A_silent_server_closes_its_connections_and_answers_no_search()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        server.AddPv("T:x", NtScalar.Double(1));
        await using var client = new PvaClient(_loopback.Client);
        var recorder = new Recorder();
        using var subscription = client.Subscribe("T:x", recorder);
        await recorder.Until(_ => true);

        server.Silent = true;
        await recorder.Disconnected;
        await Assert.ThrowsAsync<PvaTimeoutException>(() => client.Get("T:x", timeout: TimeSpan.FromMilliseconds(300)));
        var again = recorder.Until(_ => true);
        server.Silent = false;
        await again;
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("\u00CA\u0002\u0000\u0007\u0000\u0000\u0000\u0000")]
    public async Task Garbage_closes_its_connection_and_no_other(string garbage)
    {
        await using var server = PvaServer.Start(_loopback.Server);
        server.AddPv("T:x", NtScalar.Double(1));
        await using var client = new PvaClient(_loopback.Client);
        var recorder = new Recorder();
        using var subscription = client.Subscribe("T:x", recorder);
        await recorder.Until(_ => true);

        using var hostile = new RawPeer(server.Port);
        await hostile.Send(garbage.Select(character => (byte)character).ToArray());
        Assert.True(await hostile.IsClosedByServer());
        var next = recorder.Until(value => (double)value["value"]! == 2);
        server.Find("T:x")!.Post(2);
        await next;
        Assert.Equal(1, client.ConnectionCount);
    }

    [Fact]
    public async Task A_flood_of_garbage_datagrams_does_not_keep_it_from_answering()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        server.AddPv("T:x", NtScalar.Double(1));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var to = new IPEndPoint(IPAddress.Loopback, _loopback.BroadcastPort);
        var random = new Random(4);
        var datagram = new byte[64];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(datagram);
            if (i % 2 == 0)
                (datagram[0], datagram[1], datagram[2], datagram[3], datagram[4], datagram[5], datagram[6], datagram[7]) = (0xCA, 2, 0, 3, 56, 0, 0, 0);
            socket.SendTo(datagram, to);
        }
        await using var client = new PvaClient(_loopback.Client);
        Assert.Equal(1, (await client.Get("T:x", timeout: Loopback.Generous)).Value.AsDouble());
    }

    [Fact]
    public async Task An_rpc_of_a_pv_is_answered_or_refused()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        server.AddPv("T:add", NtScalar.Double(0)).OnRpc = static (argument, peer) =>
            new(NtScalar.Double(Convert.ToDouble(argument!["query.lhs"]) + Convert.ToDouble(argument["query.rhs"])).Value);
        server.AddPv("T:x", NtScalar.Double(0));
        await using var client = new PvaClient(_loopback.Client);
        var number = FieldDesc.Of(PvaTypeCode.Float64);
        var argument = new PvaStructure(NtTypes.Uri(FieldDesc.Structure("", ("lhs", number), ("rhs", number)))) { ["scheme"] = "pva", ["path"] = "T:add", ["query.lhs"] = 1, ["query.rhs"] = 2 };

        Assert.Equal(3.0, (await client.Rpc("T:add", argument, timeout: Loopback.Generous))!["value"]);
        Assert.Equal("'T:x' has no RPC", (await Assert.ThrowsAsync<PvaRefusedException>(() => client.Rpc("T:x", argument, timeout: Loopback.Generous))).Reason);
    }

    [Fact]
    public void A_name_that_cannot_be_a_pv_is_refused()
    {
        var server = PvaServer.Start(_loopback.Server with { UseUdp = false });
        server.AddPv("T:x", NtScalar.Double(0));
        foreach (var name in (string[])["", "server", "has space", "T:x"])
            Assert.Throws<ArgumentException>(() => server.AddPv(name, NtScalar.Double(0)));
    }

    private static PvImage Image(int id) => new(new double[100_000], [200, 500], "", id);

    private sealed class OnlyOperators : IPvaAccess
    {
        public AccessDecision CanRead(PvaPeer client, string pvName) =>
            client.User == "operator" || pvName != "T:secret" ? AccessDecision.Yes : AccessDecision.No($"{client.User} may not read {pvName}");

        public AccessDecision CanWrite(PvaPeer client, string pvName) => client.User == "operator" ? AccessDecision.Yes : AccessDecision.No($"{client.User} may not write {pvName}");
    }

    private sealed class Directory : Dictionary<string, PvaPlace>, IPvaDirectory
    {
        public PvaPlace Find(string pvName) => this.GetValueOrDefault(pvName);
    }
}
