using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class SearchScheduleTests
{
    [Fact]
    public void The_first_search_comes_at_once_then_every_second_then_ever_more_rarely()
    {
        var schedule = new SearchSchedule();
        schedule.Add(1, "X", 0);
        var times = new List<long>();
        while (times.Count < 30)
        {
            var due = schedule.NextDue!.Value;
            Assert.Equal(1, schedule.Take(due, 10, []));
            times.Add(due);
        }
        Assert.Equal(10, times[0]);
        Assert.Equal(1000, times[5] - times[4]);
        Assert.Equal(1000, times[SearchSchedule.EagerAttempts] - times[SearchSchedule.EagerAttempts - 1]);
        Assert.Equal(30_000, times[29] - times[28]);
    }

    [Fact]
    public void Ten_thousand_lost_pvs_make_a_bounded_number_of_datagrams()
    {
        var schedule = new SearchSchedule();
        for (uint id = 0; id < 10_000; id++)
            schedule.Add(id, $"LINAC:SECTOR{id / 100}:BPM{id}:X", 0);
        var datagrams = new List<(long At, int Count)>();
        for (long now = 0; now < 120_000; now += 20)
        {
            var names = new List<SearchName>();
            schedule.Take(now, 2000, names);
            var count = 0;
            for (var from = 0; from < names.Count; count++)
                from += Datagram.CountThatFits(names, from);
            datagrams.Add((now, count));
        }
        var perSecond = datagrams.GroupBy(sent => sent.At / 1000).Select(second => second.Sum(sent => sent.Count)).ToArray();
        Assert.True(perSecond.Max() <= 600, $"at most {perSecond.Max()} a second");
        Assert.True(perSecond[90..].Sum() / 30 <= 20, $"{perSecond[90..].Sum() / 30} a second in the long run");
    }

    [Fact]
    public void A_beacon_brings_every_search_forward()
    {
        var schedule = new SearchSchedule();
        schedule.Add(1, "X", 0);
        for (var i = 0; i < 25; i++)
            schedule.Take(schedule.NextDue!.Value, 10, []);
        var now = schedule.NextDue!.Value - 10_000;
        schedule.Nudge(now);
        Assert.Equal(now, schedule.NextDue);
    }

    [Fact]
    public void What_was_found_is_not_searched_again()
    {
        var schedule = new SearchSchedule();
        schedule.Add(1, "X", 0);
        schedule.Add(2, "Y", 0);
        Assert.True(schedule.Remove(1));
        Assert.False(schedule.Remove(1));
        var names = new List<SearchName>();
        schedule.Take(100, 10, names);
        Assert.Equal([new SearchName(2, "Y")], names);
    }

    [Fact]
    public void A_datagram_stays_below_the_mtu()
    {
        var names = Enumerable.Range(0, 500).Select(i => new SearchName((uint)i, $"SOME:RATHER:LONG:NAME:{i}")).ToList();
        for (var from = 0; from < names.Count;)
        {
            var count = Datagram.CountThatFits(names, from);
            using var writer = new WireWriter();
            Datagram.WriteSearch(writer, new SearchRequest(1, SearchFlags.None, new(System.Net.IPAddress.Any, 1), ["tcp"], [.. names.GetRange(from, count)]));
            Assert.InRange(writer.Count, 100, Datagram.MaxSize);
            from += count;
        }
    }
}
