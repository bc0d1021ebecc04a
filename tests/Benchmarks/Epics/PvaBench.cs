using System.Diagnostics;
using System.Globalization;
using ModelManager.Benchmarks.Silo;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Benchmarks.Epics;

/// <summary>The figures of pvAccess: one server process, this client process, loopback. One JSON line each.</summary>
internal static class PvaBench
{
    public static async Task<int> Run(string[] args)
    {
        var seconds = args.Length > 1 ? double.Parse(args[1], CultureInfo.InvariantCulture) : 5;
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["pva-bench-server"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            var server = new BenchServer(process, int.Parse((await process.StandardOutput.ReadLineAsync())!));
            foreach (var name in args.Length == 0 || args[0] == "all" ? ["scalar", "rate", "image", "channels", "memory", "fanout"] : args[0].Split(','))
                switch (name)
                {
                    case "scalar":
                        await Updates(server, "B:scalar", "scalar", "pva.scalar-pipeline", new PvaMonitorOptions { Pipeline = true, QueueSize = 1000 }, seconds);
                        break;
                    case "rate":
                        await Updates(server, "B:scalar", "rate 1000", "pva.scalar-1kHz", PvaMonitorOptions.Default, seconds);
                        break;
                    case "image":
                        await Updates(server, "B:image", "image", "pva.image-640x480-f64", PvaMonitorOptions.Default, seconds);
                        break;
                    case "channels":
                        await Channels(server, 10_000);
                        break;
                    case "fanout":
                        await Fanout(server, 1000, 10, seconds);
                        break;
                }
        }
        finally
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
        }
        return 0;
    }

    private static PvaClient Client(BenchServer server) => new(new PvaClientOptions
    {
        AutoAddressList = false,
        ListenForBeacons = false,
        NameServers = [new("127.0.0.1", server.Port)],
    });

    private static async Task Updates(BenchServer server, string pv, string command, string figure, PvaMonitorOptions options, double seconds)
    {
        await using var client = Client(server);
        var counter = new Counter();
        using var subscription = client.Subscribe(pv, counter, options);
        await counter.First.Task;
        await server.Tell(command);
        await Task.Delay(TimeSpan.FromSeconds(1));
        counter.Reset();
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var (received, elapsed) = (counter.Received, watch.Elapsed.TotalSeconds);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        var lost = counter.Lost;
        var posted = (await server.Ask("stop")).Split(' ');
        var notes = Load.Now;
        new Figure($"{figure}.rate", Math.Round(received / elapsed), "updates/s", Notes: notes).Print();
        new Figure($"{figure}.lost", lost, "updates", Notes: options.Pipeline ? null : "queue of the server's default length, the newest wins").Print();
        new Figure($"{figure}.p50", counter.Latency.Percentile(0.5), "us", Notes: notes).Print();
        new Figure($"{figure}.p99", counter.Latency.Percentile(0.99), "us").Print();
        new Figure($"{figure}.client.allocated", Math.Round(allocated / (double)Math.Max(1, received), 3), "B/update").Print();
        new Figure($"{figure}.server.allocated", Math.Round(double.Parse(posted[1], CultureInfo.InvariantCulture) / Math.Max(1, double.Parse(posted[0], CultureInfo.InvariantCulture)), 3), "B/update").Print();
    }

    private static async Task Channels(BenchServer server, int count)
    {
        var servedBytes = double.Parse(await server.Ask($"pvs {count}"), CultureInfo.InvariantCulture);
        await using var client = Client(server);
        await client.Get("B:scalar");
        var serverBefore = double.Parse(await server.Ask("memory"), CultureInfo.InvariantCulture);
        var before = PvaBenchServer.Memory();
        var all = new FirstOf(count);
        var watch = Stopwatch.StartNew();
        var subscriptions = new PvaSubscription[count];
        for (var i = 0; i < count; i++)
            subscriptions[i] = client.Subscribe($"B:pv{i}", all);
        await all.Done.Task;
        var elapsed = watch.Elapsed.TotalSeconds;
        var clientBytes = (PvaBenchServer.Memory() - before) / (double)count;
        var subscribedBytes = (double.Parse(await server.Ask("memory"), CultureInfo.InvariantCulture) - serverBefore) / count;
        new Figure("pva.connect.10000", Math.Round(elapsed, 3), "s", Bound: "<= 1 to first value", Met: elapsed <= 1, Notes: Load.Now).Print();
        new Figure("pva.memory.served-idle-pv", Math.Round(servedBytes), "B", Bound: "<= 2048", Met: servedBytes <= 2048).Print();
        new Figure("pva.memory.subscribed-channel.server", Math.Round(subscribedBytes), "B", Bound: "<= 4096", Met: subscribedBytes <= 4096).Print();
        new Figure("pva.memory.subscribed-channel.client", Math.Round(clientBytes), "B", Bound: "<= 4096", Met: clientBytes <= 4096).Print();
        GC.KeepAlive(subscriptions);
    }

    // N PVs at a rate, ten subscribers: the CPU of both processes.
    private static async Task Fanout(BenchServer server, int pvs, int hertz, double seconds)
    {
        const int subscribers = 10;
        await server.Ask($"pvs {pvs}");
        var clients = Enumerable.Range(0, subscribers).Select(_ => Client(server)).ToArray();
        var counters = clients.Select(client =>
        {
            var counter = new Counter();
            for (var i = 0; i < pvs; i++)
                client.Subscribe($"B:pv{i}", counter);
            return counter;
        }).ToArray();
        foreach (var counter in counters)
            await counter.First.Task;
        await server.Tell($"fanout {pvs} {hertz}");
        await Task.Delay(TimeSpan.FromSeconds(1));
        foreach (var counter in counters)
            counter.Reset();
        var serverCpu = double.Parse(await server.Ask("cpu"), CultureInfo.InvariantCulture);
        var clientCpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        var watch = Stopwatch.StartNew();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var elapsed = watch.Elapsed.TotalSeconds;
        clientCpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds - clientCpu;
        serverCpu = double.Parse(await server.Ask("cpu"), CultureInfo.InvariantCulture) - serverCpu;
        var what = $"{pvs} PVs at {hertz} Hz, {subscribers} subscribers; {Load.Now}";
        new Figure("pva.fanout.rate", Math.Round(counters.Sum(counter => counter.Received) / elapsed), "updates/s", Notes: what).Print();
        new Figure("pva.fanout.server-cpu", Math.Round(100 * serverCpu / elapsed, 1), "% of a core").Print();
        new Figure("pva.fanout.clients-cpu", Math.Round(100 * clientCpu / elapsed, 1), "% of a core", Notes: "all ten").Print();
        await server.Ask("stop");
        foreach (var client in clients)
            await client.DisposeAsync();
    }

    private sealed record BenchServer(Process Process, int Port)
    {
        public async Task Tell(string command)
        {
            await Process.StandardInput.WriteLineAsync(command);
            await Process.StandardInput.FlushAsync();
        }

        public async Task<string> Ask(string command)
        {
            await Tell(command);
            return (await Process.StandardOutput.ReadLineAsync())!;
        }
    }

    private sealed class Counter : IPvaSubscriber
    {
        private double _last;

        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public BenchLatency Latency { get; } = new(4_000_000);
        public long Received { get; private set; }
        public long Lost { get; private set; }

        public void Reset()
        {
            (Received, Lost, _last) = (0, 0, 0);
            Latency.Clear();
        }

        public void OnConnected(PvaSubscription subscription, PvaStructure value)
        {
        }

        public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun)
        {
            var nt = value.Layout.Nt;
            Received++;
            var number = nt.Kind == NtKind.NdArray ? value.GetInt64(nt.Image!.UniqueId) : value.GetDouble(nt.Value);
            if (_last > 0 && number > _last + 1)
                Lost += (long)(number - _last - 1);
            _last = number;
            var ticks = DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks - (value.GetInt64(nt.Seconds) * TimeSpan.TicksPerSecond + value.GetInt64(nt.Nanoseconds) / 100);
            Latency.Add(ticks / 10.0);
            First.TrySetResult();
        }

        public void OnDisconnected(PvaSubscription subscription, string reason) => Disconnects++;

        public long Disconnects { get; private set; }
    }

    private sealed class FirstOf(int count) : IPvaSubscriber
    {
        private int _left = count;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnConnected(PvaSubscription subscription, PvaStructure value)
        {
        }

        public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun)
        {
            if (Interlocked.Decrement(ref _left) == 0)
                Done.TrySetResult();
        }

        public void OnDisconnected(PvaSubscription subscription, string reason)
        {
        }
    }
}
