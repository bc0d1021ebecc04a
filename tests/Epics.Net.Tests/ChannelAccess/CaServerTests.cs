using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests.ChannelAccess;

public class CaServerTests
{
    private static CancellationToken Soon() => new CancellationTokenSource(CaPair.Generous).Token;

    private static async Task<byte[]> Ask(Socket socket, byte[] request, int port)
    {
        await socket.SendToAsync(request, new IPEndPoint(IPAddress.Loopback, port), Soon());
        var buffer = new byte[2000];
        var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Soon());
        return buffer[..received.ReceivedBytes];
    }

    private static byte[] Search(string name, uint cid = 1)
    {
        var writer = new ArrayBufferWriter<byte>();
        CaWriter.SearchSequence(writer, 5);
        CaWriter.Search(writer, cid, name);
        return writer.WrittenSpan.ToArray();
    }

    private static Socket Udp()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    [Fact]
    public async Task Two_servers_share_the_search_port_and_the_second_takes_a_free_TCP_port()
    {
        await using var first = CaServer.Start(CaPair.ServerOptions);
        // The first server's UDP port is free for TCP unless somebody else has it; taking it makes the second look elsewhere.
        await using var second = CaServer.Start(CaPair.ServerOptions with { Port = first.TcpPort });
        Assert.NotEqual(first.TcpPort, second.TcpPort);
        second.AddPv("SECOND", CaPair.Sample(2));
        await using var client = new CaClient(CaPair.ClientOptions(second));
        Assert.Equal(2.0, (await client.Get("SECOND", Soon())).Value.AsDouble());
        Assert.Equal(second.TcpPort, (await client.Info("SECOND", Soon())).Server!.Port);
    }

    [Fact]
    public async Task Advertised_addresses_replace_the_real_ones()
    {
        await using var server = CaServer.Start(CaPair.ServerOptions with { Advertise = new(IPAddress.Parse("192.0.2.7"), 31064) });
        server.AddPv("A", CaPair.Sample(0));
        using var socket = Udp();
        var reply = await Ask(socket, Search("A"), server.UdpPort);
        Assert.True(CaHeader.TryRead(reply.AsSpan(16), out var header, out _));
        Assert.Equal((31064, 0xC0000207u), (header.DataType, header.Parameter1));
    }

    [Fact]
    public async Task Searches_of_ignored_hosts_are_not_answered()
    {
        await using var server = CaServer.Start(CaPair.ServerOptions with { IgnoredClients = ["127.0.0.1"] });
        server.AddPv("A", CaPair.Sample(0));
        await using var control = CaServer.Start(CaPair.ServerOptions);
        control.AddPv("A", CaPair.Sample(0));
        using var socket = Udp();
        await socket.SendToAsync(Search("A", 1), new IPEndPoint(IPAddress.Loopback, server.UdpPort), Soon());
        // The answer of the other server is the only one, although it was asked later.
        var reply = await Ask(socket, Search("A", 2), control.UdpPort);
        Assert.True(CaHeader.TryRead(reply.AsSpan(16), out var header, out _));
        Assert.Equal(2u, header.Parameter2);
    }

    [Fact]
    public async Task A_search_that_came_too_early_is_answered_when_the_PV_appears()
    {
        await using var server = CaServer.Start(CaPair.ServerOptions with { Directory = name => name == "SOON" ? CaLocation.Pending : CaLocation.Unknown });
        server.AddPv("MARK", CaPair.Sample(0));
        using var socket = Udp();
        await socket.SendToAsync(Search("SOON", 9), new IPEndPoint(IPAddress.Loopback, server.UdpPort), Soon());
        var mark = await Ask(socket, Search("MARK", 8), server.UdpPort);       // the first search has been read by now
        Assert.True(CaHeader.TryRead(mark.AsSpan(16), out var header, out _));
        Assert.Equal(8u, header.Parameter2);
        server.AddPv("SOON", CaPair.Sample(0));
        var buffer = new byte[100];
        var received = await socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Soon());
        Assert.True(CaHeader.TryRead(buffer.AsSpan(16, received.ReceivedBytes - 16), out header, out _));
        Assert.Equal(9u, header.Parameter2);
    }

    [Fact]
    public async Task Beacons_go_to_the_beacon_port_with_rising_numbers()
    {
        using var listener = Udp();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await using var server = CaServer.Start(CaPair.ServerOptions with { BeaconAddresses = ["127.0.0.1"], BeaconPort = port });
        var sequences = new List<uint>();
        var buffer = new byte[100];
        while (sequences.Count < 4)
        {
            var received = await listener.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), Soon());
            Assert.True(CaHeader.TryRead(buffer.AsSpan(0, received.ReceivedBytes), out var header, out _));
            Assert.Equal((CaCommand.ServerIsUp, (uint)server.TcpPort, 13), (header.Command, header.Count, header.DataType));
            sequences.Add(header.Parameter1);
        }
        Assert.Equal([0u, 0, 1, 2], sequences);
    }

    [Fact]
    public async Task A_client_that_does_not_read_delays_nobody_and_costs_bounded_memory()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("FAST", CaPair.Sample(PvValue.Array(new double[1000])));
        var marks = pair.Server.AddPv("MARK", CaPair.Sample(0));
        // Subscribes and then never reads.
        using var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await dead.ConnectAsync(IPAddress.Loopback, pair.Server.TcpPort, Soon());
        var request = new ArrayBufferWriter<byte>();
        CaWriter.Version(request);
        CaWriter.CreateChannel(request, 1, "FAST");
        CaWriter.EventAdd(request, DbrType.TimeDouble, 0, 1, 1, CaEventMask.Value);
        await dead.SendAsync(request.WrittenMemory, Soon());

        var received = Channel.CreateUnbounded<double>();
        using var subscription = pair.Client.Subscribe("MARK", (in PvUpdate u) => received.Writer.TryWrite(u.Sample.Value.AsDouble()));
        while (await received.Reader.ReadAsync(Soon()) is not 0.0)
        {
            // connected comes first
        }
        for (var i = 1; i <= 3000; i++)
            pv.Post(CaPair.Sample(PvValue.Array(new double[1000])));            // 24 MB for a client that takes none
        marks.Post(CaPair.Sample(1));
        Assert.Equal(1.0, await received.Reader.ReadAsync(Soon()));
        var slow = pair.Server.Clients().Single(c => c.Channels == 1 && c.Dropped > 0);
        Assert.True(slow.Dropped > 1000, $"{slow.Dropped}");
    }

    [Fact]
    public async Task Access_security_decides_by_user_and_host_and_the_audit_hears_of_every_put()
    {
        var policy = new AccessPolicy(AccessFileParser.Parse(
            """
            UAG(ops) {alice}
            ASG(DEFAULT) { INPA(MODE) RULE(1,READ) RULE(1,WRITE,TRAPWRITE) { UAG(ops) CALC("A=1") } }
            """, "test.acf"));
        var audit = Channel.CreateUnbounded<(CaPut Put, CaPutResult Result)>();
        await using var pair = CaPair.Start(
            CaPair.ServerOptions with { Access = policy, Audit = (put, result) => audit.Writer.TryWrite((put, result)) },
            o => o with { User = "alice", Host = "console" });
        pair.Server.AddPv("P", CaPair.Sample(0), new() { Writable = true });
        Assert.Equal(CaAccess.Read, (await pair.Client.Info("P", Soon())).Access);
        await Assert.ThrowsAsync<CaPutRefusedException>(() => pair.Client.Put("P", 1, Soon()));
        var (put, result) = await audit.Reader.ReadAsync(Soon());
        Assert.Equal(("alice", "console"), (put.User, put.Host));
        Assert.Contains("its input A, MODE, has no value yet", result.Refusal);

        policy.SetInput("MODE", 1);                           // the running circuit learns of it
        await pair.Client.Put("P", 2, Soon());
        (put, result) = await audit.Reader.ReadAsync(Soon());
        Assert.Equal((2.0, true, true), (put.Value.AsDouble(), put.Trap, result.IsAccepted));
        await using var bob = new CaClient(CaPair.ClientOptions(pair.Server, o => o with { User = "bob" }));
        await Assert.ThrowsAsync<CaPutRefusedException>(() => bob.Put("P", 3, Soon()));
    }

    [Fact]
    public async Task A_PV_taken_away_disconnects_its_clients_and_may_come_back()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("GONE", CaPair.Sample(1));
        var updates = Channel.CreateUnbounded<PvUpdate>();
        using var subscription = pair.Client.Subscribe("GONE", (in PvUpdate u) => updates.Writer.TryWrite(u));
        await updates.Reader.ReadAsync(Soon());
        await updates.Reader.ReadAsync(Soon());
        pv.Dispose();
        Assert.Equal(PvUpdateKind.Disconnected, (await updates.Reader.ReadAsync(Soon())).Kind);
        pair.Server.AddPv("GONE", CaPair.Sample(2));
        Assert.Equal(PvUpdateKind.Connected, (await updates.Reader.ReadAsync(Soon())).Kind);
        Assert.Equal(2.0, (await updates.Reader.ReadAsync(Soon())).Sample.Value.AsDouble());
        Assert.Throws<InvalidOperationException>(() => pair.Server.AddPv("GONE", CaPair.Sample(3)));
    }

    [Fact]
    public async Task Garbage_on_TCP_closes_that_circuit_and_no_other()
    {
        await using var pair = CaPair.Start();
        pair.Server.AddPv("OK", CaPair.Sample(1));
        Assert.Equal(1.0, (await pair.Client.Get("OK", Soon())).Value.AsDouble());
        var random = new Random(3);
        for (var attempt = 0; attempt < 50; attempt++)
        {
            using var rude = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await rude.ConnectAsync(IPAddress.Loopback, pair.Server.TcpPort, Soon());
            var bytes = new byte[64];
            random.NextBytes(bytes);
            (bytes[0], bytes[1], bytes[2], bytes[3]) = (0, 99, 0, 0);
            await rude.SendAsync(bytes, Soon());
            var buffer = new byte[4096];
            try
            {
                while (await rude.ReceiveAsync(buffer, Soon()) > 0)
                {
                    // the greeting and the reason
                }
            }
            catch (SocketException)
            {
                // reset because bytes were left unread: closed all the same
            }
        }
        Assert.Equal(1.0, (await pair.Client.Get("OK", Soon())).Value.AsDouble());
    }

    [Fact]
    public async Task A_silent_server_sends_its_clients_away_and_takes_them_back()
    {
        await using var pair = CaPair.Start();
        var pv = pair.Server.AddPv("S", CaPair.Sample(1));
        var updates = Channel.CreateUnbounded<PvUpdate>();
        using var subscription = pair.Client.Subscribe("S", (in PvUpdate u) => updates.Writer.TryWrite(u));
        await updates.Reader.ReadAsync(Soon());
        await updates.Reader.ReadAsync(Soon());
        pair.Server.Silent = true;
        Assert.Equal(PvUpdateKind.Disconnected, (await updates.Reader.ReadAsync(Soon())).Kind);
        pv.Post(CaPair.Sample(2));
        var searches = pair.Client.SearchAttempts;
        while (pair.Client.SearchAttempts < searches + 3)
            await Task.Yield();
        Assert.Equal((0, 0), (pair.Server.ClientCount, updates.Reader.Count));
        pair.Server.Silent = false;
        Assert.Equal(PvUpdateKind.Connected, (await updates.Reader.ReadAsync(Soon())).Kind);
        Assert.Equal(2.0, (await updates.Reader.ReadAsync(Soon())).Sample.Value.AsDouble());
    }

    [Fact]
    public async Task More_clients_than_allowed_are_turned_away()
    {
        await using var server = CaServer.Start(CaPair.ServerOptions with { MaxClients = 2 });
        var sockets = new List<Socket>();
        for (var i = 0; i < 3; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, server.TcpPort, Soon());
            sockets.Add(socket);
            var first = await socket.ReceiveAsync(new byte[16], Soon());
            Assert.Equal(i < 2 ? 16 : 0, first);
        }
        sockets.ForEach(s => s.Dispose());
    }
}
