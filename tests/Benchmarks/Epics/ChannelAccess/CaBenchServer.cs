using System.Diagnostics;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Benchmarks.Epics.ChannelAccess;

/// <summary>The server processes of the benchmark. Each says its ports on a line and ends when its input does.</summary>
internal static class CaBenchServer
{
    private static readonly CaServerOptions s_options = new() { Port = 0, Interfaces = ["127.0.0.1"], AutoBeaconAddresses = false };

    /// <summary>PVs BENCH:0 ... that count, all of them once per period.</summary>
    public static int Ticking(int pvs, double periodMilliseconds)
    {
        var server = CaServer.Start(s_options);
        var handles = Add(server, pvs);
        var stopping = false;
        var thread = new Thread(() => Tick(handles, periodMilliseconds, ref stopping)) { Priority = ThreadPriority.AboveNormal };
        thread.Start();
        Say(server);
        Volatile.Write(ref stopping, true);
        thread.Join();
        server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }

    /// <summary>PVs on a port that is known beforehand, for restarts.</summary>
    public static int Plain(int pvs, int udpPort, int beaconPort)
    {
        var options = beaconPort == 0
            ? s_options with { Port = udpPort, EnableUdp = false }
            : s_options with { Port = udpPort, BeaconAddresses = ["127.0.0.1"], BeaconPort = beaconPort };
        var server = CaServer.Start(options);
        Add(server, pvs);
        Say(server);
        server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }

    private static CaPv[] Add(CaServer server, int pvs) =>
        [.. Enumerable.Range(0, pvs).Select(i => server.AddPv($"BENCH:{i}", new(PvValue.Double(0), default, PvTime.From(DateTimeOffset.UtcNow))))];

    private static void Say(CaServer server)
    {
        Console.WriteLine($"{server.TcpPort} {server.UdpPort}");
        Console.In.ReadToEnd();
    }

    private static void Tick(CaPv[] handles, double periodMilliseconds, ref bool stopping)
    {
        var clock = Stopwatch.StartNew();
        for (long beat = 1; !Volatile.Read(ref stopping); beat++)
        {
            while (clock.Elapsed.TotalMilliseconds < beat * periodMilliseconds)
            {
                if (Volatile.Read(ref stopping))
                    return;
                Thread.Sleep(1);
            }
            foreach (var handle in handles)
                handle.Post(new(PvValue.Double(beat), default, PvTime.From(DateTimeOffset.UtcNow)));
        }
    }
}
