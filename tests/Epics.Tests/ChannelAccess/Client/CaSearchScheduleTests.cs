using System.Buffers;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Tests.ChannelAccess.Client;

public class CaSearchScheduleTests
{
    private static TimeSpan Ms(double value) => TimeSpan.FromMilliseconds(value);

    // First search of libca for T:ai (capture ca-get).
    private const string FirstSearch = "000000000001000D0000000100000000" + "000600080005000D0000000100000001" + "543A616900000000";

    [Fact]
    public void The_first_datagram_is_that_of_libca()
    {
        var schedule = new CaSearchSchedule(CaSearchLimits.Default);
        schedule.Add(1, "T:ai", TimeSpan.Zero);
        var datagram = new ArrayBufferWriter<byte>();
        Assert.True(schedule.TryFill(TimeSpan.Zero, datagram));
        Assert.Equal(FirstSearch, Convert.ToHexString(datagram.WrittenSpan));
        Assert.False(schedule.TryFill(TimeSpan.Zero, new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void Intervals_double_to_a_second_while_fresh_and_then_on_to_the_longest()
    {
        var schedule = new CaSearchSchedule(CaSearchLimits.Default);
        schedule.Add(1, "X", TimeSpan.Zero);
        var times = new List<double>();
        var now = TimeSpan.Zero;
        while (now < TimeSpan.FromSeconds(200))
        {
            now = schedule.NextDue(now)!.Value;
            Assert.True(schedule.TryFill(now, new ArrayBufferWriter<byte>()));
            times.Add(now.TotalMilliseconds);
        }
        Assert.Equal([0, 32, 96, 224, 480, 992, 1992, 2992], times.Take(8));
        var intervals = times.Zip(times.Skip(1), (a, b) => b - a).ToArray();
        Assert.All(times.Zip(intervals).Where(t => t.First < 14_000), t => Assert.True(t.Second <= 1000));
        Assert.Equal(30_000, intervals[^1]);
    }

    [Fact]
    public void Ten_thousand_lost_names_keep_to_the_packet_rate()
    {
        var limits = CaSearchLimits.Default;
        var schedule = new CaSearchSchedule(limits);
        for (uint cid = 0; cid < 10_000; cid++)
            schedule.Add(cid, $"SYS{cid:00000}:SUB:DEVICE:VALUE", TimeSpan.Zero);
        var searched = new HashSet<uint>();
        var sent = 0;
        for (var now = TimeSpan.Zero; now <= TimeSpan.FromSeconds(10); now += Ms(1))
        {
            var datagram = new ArrayBufferWriter<byte>();
            while (schedule.TryFill(now, datagram))
            {
                sent++;
                Assert.InRange(datagram.WrittenCount, CaHeader.Size, CaSearchSchedule.MaxDatagram);
                var rest = datagram.WrittenSpan;
                while (CaMessage.TryRead(rest, 2000, out var message))
                {
                    if (message.Command == CaCommand.Search)
                        searched.Add(message.Header.Parameter2);
                    rest = rest[message.EncodedSize..];
                }
                Assert.True(rest.IsEmpty);
                datagram.ResetWrittenCount();
            }
            Assert.True(sent <= limits.Burst + now.TotalSeconds * limits.DatagramsPerSecond + 1, $"{sent} after {now}");
        }
        Assert.Equal(10_000, searched.Count);
    }

    [Fact]
    public void A_beacon_makes_old_names_due_at_once()
    {
        var schedule = new CaSearchSchedule(CaSearchLimits.Default);
        schedule.Add(7, "OLD", TimeSpan.Zero);
        var now = TimeSpan.Zero;
        while (now < TimeSpan.FromMinutes(10))
        {
            now = schedule.NextDue(now)!.Value;
            schedule.TryFill(now, new ArrayBufferWriter<byte>());
        }
        now += Ms(100);
        Assert.True(schedule.NextDue(now) > now + TimeSpan.FromSeconds(20));
        schedule.Boost(now);
        Assert.Equal(now, schedule.NextDue(now));
        Assert.True(schedule.TryFill(now, new ArrayBufferWriter<byte>()));
        Assert.Equal(now + Ms(32), schedule.NextDue(now));
    }

    [Fact]
    public void What_was_found_is_searched_no_more()
    {
        var schedule = new CaSearchSchedule(CaSearchLimits.Default);
        schedule.Add(1, "A", TimeSpan.Zero);
        schedule.Add(2, "B", TimeSpan.Zero);
        Assert.True(schedule.Remove(1));
        Assert.False(schedule.Remove(1));
        var datagram = new ArrayBufferWriter<byte>();
        Assert.True(schedule.TryFill(TimeSpan.Zero, datagram));
        Assert.Equal(2 * CaHeader.Size + 8, datagram.WrittenCount);
        schedule.Remove(2);
        Assert.Null(schedule.NextDue(Ms(50)));
        Assert.Equal(0, schedule.Count);
    }
}
