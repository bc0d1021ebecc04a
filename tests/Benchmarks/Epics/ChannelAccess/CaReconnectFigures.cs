using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Epics.ChannelAccess;

/// <summary>A server is killed and started again: how long after it serves again its client has a value.</summary>
internal static class CaReconnectFigures
{
    private const int Pvs = 100;

    public static async Task Measure(int restarts)
    {
        await Restarts("beacon", restarts, 0.5, beacons: true);
        await Restarts("name-server", restarts, 2, beacons: false);
    }

    private static async Task Restarts(string name, int restarts, double bound, bool beacons)
    {
        var port = FreePort(SocketType.Stream, ProtocolType.Tcp);
        var beaconPort = beacons ? FreePort(SocketType.Dgram, ProtocolType.Udp) : 0;
        CaBenchProcess Start() => CaBenchProcess.Start(
            "plain", Pvs.ToString(CultureInfo.InvariantCulture), port.ToString(CultureInfo.InvariantCulture), beaconPort.ToString(CultureInfo.InvariantCulture));
        var options = new CaClientOptions { AutoAddresses = false, UseRepeater = beacons, RepeaterPort = beacons ? beaconPort : 1 };
        options = beacons ? options with { Addresses = [$"127.0.0.1:{port}"] } : options with { NameServers = [$"127.0.0.1:{port}"] };
        await using var client = new CaClient(options);
        var values = Channel.CreateUnbounded<int>();
        for (var i = 0; i < Pvs; i++)
        {
            var pv = i;
            client.Subscribe($"BENCH:{i}", (in PvUpdate update) =>
            {
                if (update.Kind == PvUpdateKind.Value)
                    values.Writer.TryWrite(pv);
            });
        }
        var server = Start();
        await All(values);
        var times = new List<double>();
        var random = new Random(1);
        for (var restart = 0; restart < restarts; restart++)
        {
            server.Kill();
            server.Dispose();
            await Task.Delay(TimeSpan.FromSeconds(1 + random.NextDouble() * 4));
            server = Start();
            var clock = Stopwatch.StartNew();
            await All(values);
            times.Add(clock.Elapsed.TotalSeconds);
        }
        server.Dispose();
        times.Sort();
        new Figure($"ca.reconnect.{name}.worst", times[^1], "s", Bound: $"p99 at most {bound}", Met: times[^1] <= bound,
            Notes: $"{restarts} restarts after 1 to 5 s, {Pvs} PVs, the last of them; median {times[times.Count / 2]:0.000} s, load {CaBenchmark.Load()}").Print();
    }

    private static async Task All(Channel<int> values)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (var seen = new HashSet<int>(); seen.Count < Pvs;)
            seen.Add(await values.Reader.ReadAsync(patience.Token));
    }

    private static int FreePort(SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
