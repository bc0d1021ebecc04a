using System.Diagnostics;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Benchmarks.Epics;

/// <summary>How soon a client has a value again after its server has come back: told by a beacon, or asking a name server only.</summary>
internal static class PvaReconnect
{
    public static async Task Run(bool beacons, int rounds)
    {
        const int port = 15375;
        var options = new PvaServerOptions { ServerPort = port, BroadcastPort = 15376, Interfaces = [new("127.0.0.1")], AutoBeaconAddresses = false, UseUdp = beacons };
        await using var client = new PvaClient(new PvaClientOptions
        {
            AutoAddressList = false,
            BroadcastPort = 15376,
            AddressList = beacons ? [new("127.0.0.1")] : [],
            NameServers = beacons ? [] : [new("127.0.0.1", port)],
            ListenForBeacons = beacons,
        });
        var latency = new BenchLatency(rounds);
        var waiter = new Waiter();
        client.Subscribe("B:x", waiter);
        var random = new Random(1);
        for (var i = 0; i <= rounds; i++)
        {
            var server = PvaServer.Start(options);
            var watch = Stopwatch.StartNew();
            var value = waiter.Next();
            server.AddPv("B:x", NtScalar.Double(i));
            await value;
            if (i > 0)
                latency.Add(watch.Elapsed.TotalMicroseconds);
            var lost = waiter.Lost();
            await server.DisposeAsync();
            await lost;
            await Task.Delay(random.Next(300, 4000));
        }
        var name = beacons ? "pva.reconnect.beacon" : "pva.reconnect.name-server";
        var (p99, bound) = (latency.Percentile(0.99) / 1000, beacons ? 500 : 2000);
        new Figure($"{name}.p50", latency.Percentile(0.5) / 1000, "ms", Notes: $"{rounds} restarts after 0.3 to 4 s").Print();
        new Figure($"{name}.p99", p99, "ms", Bound: $"<= {bound}", Met: p99 <= bound).Print();
    }

    private sealed class Waiter : IPvaSubscriber
    {
        private volatile TaskCompletionSource _value = new();
        private volatile TaskCompletionSource _lost = new();

        public Task Next() => (_value = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public Task Lost() => (_lost = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void OnConnected(PvaSubscription subscription, PvaStructure value)
        {
        }

        public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun) => _value.TrySetResult();

        public void OnDisconnected(PvaSubscription subscription, string reason) => _lost.TrySetResult();
    }
}
