using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests;

public sealed class PvaConnectionTests
{
    private readonly Loopback _loopback = new();

    [Fact]
    public async Task A_client_that_is_silent_for_40_seconds_is_given_up()
    {
        var clock = new FakeTimeProvider();
        await using var server = PvaServer.Start(_loopback.Server, clock: clock);
        using var silent = new RawPeer(server.Port);
        await silent.Until("validated");
        clock.Advance(TimeSpan.FromSeconds(39));
        silent.Protocol.Echo();
        await silent.Until("echo");
        clock.Advance(TimeSpan.FromSeconds(39));
        Assert.Equal(1, server.ConnectionCount);
        clock.Advance(TimeSpan.FromSeconds(4));
        Assert.True(await silent.IsClosedByServer());
    }

    [Fact]
    public async Task A_client_asks_for_an_echo_after_15_quiet_seconds()
    {
        var clock = new FakeTimeProvider();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var client = new PvaClient(_loopback.Client with
        {
            AddressList = [],
            ListenForBeacons = false,
            NameServers = [new("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port)],
        }, clock: clock);
        using var subscription = client.Subscribe("T:x", new Recorder());
        const string echo = "CA02000200000000";
        using var timeout = new CancellationTokenSource(Loopback.Generous);
        var accept = listener.AcceptSocketAsync(timeout.Token).AsTask();
        clock.Advance(TimeSpan.FromSeconds(1));
        using var socket = await accept;
        // pvxs: SET_ENDIAN and validation, then VALIDATED (capture pvxs-get-dbl).
        await socket.SendAsync(Convert.FromHexString("CA02410200000000CA0240011400000000000100FF7F0209616E6F6E796D6F7573026361"), timeout.Token);
        var sent = await Read(socket, 20, timeout.Token);
        Assert.StartsWith("CA020001", sent, StringComparison.Ordinal);
        await socket.SendAsync(Convert.FromHexString("CA02400901000000FF"), timeout.Token);

        // A name server is searched as soon as the connection is validated: that we wait for.
        sent = "";
        while (!sent.Contains("CA028003", StringComparison.Ordinal) && !sent.Contains("CA020003", StringComparison.Ordinal))
            sent += await Read(socket, 8, timeout.Token);
        Assert.DoesNotContain(echo, sent);
        clock.Advance(TimeSpan.FromSeconds(16));
        while (!sent.Contains(echo, StringComparison.Ordinal))
            sent += await Read(socket, 8, timeout.Token);
    }

    [Fact]
    public async Task A_subscriber_that_throws_gets_its_next_update_and_disturbs_nobody()
    {
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:x", NtScalar.Double(0));
        await using var client = new PvaClient(_loopback.Client);
        var faulty = new Faulty();
        var recorder = new Recorder();
        using var first = client.Subscribe("T:x", faulty);
        using var second = client.Subscribe("T:x", recorder);
        await recorder.Until(_ => true);
        for (var i = 1; i <= 3; i++)
        {
            var seen = recorder.Until(value => (double)value["value"]! == i);
            pv.Post(i);
            await seen;
        }
        Assert.Equal((4, 1), (faulty.Calls, client.ConnectionCount));
    }

    [Fact]
    public async Task A_consumer_that_sleeps_gets_the_newest_images_and_holds_few()
    {
        var buffer = new MonitorBuffer("T:image", TimeProvider.System);
        var value = NtNdArray.Of().Value;
        var changed = new BitMask();
        for (var i = 1; i <= 40; i++)
        {
            NtValue.Write(value, changed, PvValue.Image(new PvImage(new double[500_000], [500, 1000], "", i)));
            buffer.OnUpdate(null!, value, changed, new BitMask());
        }
        var ids = new List<int>();
        while (ids.Count == 0 || ids[^1] != 40)
            ids.Add((await buffer.Next(TestContext.Current.CancellationToken)).Sample.Value.AsImage().UniqueId);
        Assert.Equal(Enumerable.Range(41 - ids.Count, ids.Count), ids);
        Assert.InRange(ids.Count, 5, 9);
    }

    private static async Task<string> Read(Socket socket, int atLeast, CancellationToken cancellation)
    {
        var bytes = new List<byte>();
        var buffer = new byte[4096];
        while (bytes.Count < atLeast)
        {
            var count = await socket.ReceiveAsync(buffer, SocketFlags.None, cancellation);
            Assert.NotEqual(0, count);
            bytes.AddRange(buffer.AsSpan(0, count).ToArray());
        }
        return Convert.ToHexString([.. bytes]);
    }

    private sealed class Faulty : IPvaSubscriber
    {
        public int Calls { get; private set; }

        public void OnConnected(PvaSubscription subscription, PvaStructure value) => throw new InvalidOperationException("connected");

        public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun)
        {
            Calls++;
            throw new InvalidOperationException("update");
        }

        public void OnDisconnected(PvaSubscription subscription, string reason) => throw new InvalidOperationException("gone");
    }
}
