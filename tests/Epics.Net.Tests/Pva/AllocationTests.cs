using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

/// <summary>Measures the whole process, so nothing else may run beside it.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private readonly Loopback _loopback = new();

    [Fact]
    public async Task An_update_of_a_number_allocates_nothing_on_either_side()
    {
        const int warmUp = 30_000;
        const int measured = 100_000;
        await using var server = PvaServer.Start(_loopback.Server);
        var pv = server.AddPv("T:x", NtScalar.Double(0));
        await using var client = new PvaClient(_loopback.Client);
        var recorder = new Waiter();
        var first = recorder.Until(0);
        using var subscription = client.Subscribe("T:x", recorder, new PvaMonitorOptions { Pipeline = true, QueueSize = 100 });
        await first;
        var high = new Alarm(AlarmSeverity.Minor, AlarmStatus.High, "HIGH");

        void Post(int from, int to)
        {
            for (var i = from; i <= to; i++)
            {
                while (!pv.HasRoom)
                    Thread.Yield();
                pv.Post(i, i % 2 == 0 ? high : Alarm.None, new PvTime(1_700_000_000 + i / 1000, i));
            }
        }

        var warm = recorder.Until(warmUp);
        Post(1, warmUp);
        await warm;
        var done = recorder.Until(warmUp + measured);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Post(warmUp + 1, warmUp + measured);
        await done;
        var perUpdate = (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)measured;

        Assert.True(perUpdate < 1, $"{perUpdate} bytes per update");
    }

    /// <summary>Waits for one number, and allocates nothing on the way there.</summary>
    private sealed class Waiter : IPvaSubscriber
    {
        private TaskCompletionSource _reached = new();
        private double _wanted = double.MaxValue;

        public Task Until(double number)
        {
            _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _wanted, number);
            return _reached.Task.WaitAsync(Loopback.Generous);
        }

        public void OnConnected(PvaSubscription subscription, PvaStructure value)
        {
        }

        public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun)
        {
            if (value.GetDouble(value.Layout.Nt.Value) >= Volatile.Read(ref _wanted))
                _reached.TrySetResult();
        }

        public void OnDisconnected(PvaSubscription subscription, string reason)
        {
        }
    }
}
