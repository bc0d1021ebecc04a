using ModelManager.Epics.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.ChannelAccess.Server;

/// <summary>Measures the memory of the process, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(CaMemoryTests), DisableParallelization = true)]
[Collection(nameof(CaMemoryTests))]
public class CaMemoryTests
{
    [Fact]
    public void An_idle_PV_costs_at_most_two_kilobytes_and_a_subscribed_channel_four()
    {
        const int Count = 5000;
        using var server = new ServerHarness(congestedAt: 8 << 20).Greet();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++)
            server.Add($"SYS{i:00000}:DEVICE:VALUE", PvValue.Double(0));
        var perPv = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count;
        server.Send(w =>
        {
            for (uint i = 0; i < Count; i++)
            {
                CaWriter.CreateChannel(w, i + 1, $"SYS{i:00000}:DEVICE:VALUE");
                CaWriter.EventAdd(w, DbrType.TimeDouble, 0, i + 1, i, CaEventMask.Value);
            }
        });
        server.Drain();
        var perChannel = (GC.GetTotalMemory(forceFullCollection: true) - before) / Count - perPv;
        Assert.Equal(Count, server.Circuit.SubscriptionCount);
        Assert.InRange(perPv, 50, 2048);
        Assert.InRange(perChannel, 50, 4096);
        TestContext.Current.TestOutputHelper?.WriteLine($"{perPv} bytes per PV, {perChannel} per subscribed channel");
    }
}
