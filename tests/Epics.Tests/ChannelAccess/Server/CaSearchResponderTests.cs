using System.Buffers;
using Microsoft.Extensions.Time.Testing;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.ChannelAccess.Server;

public class CaSearchResponderTests
{
    private static (string Reply, List<string> Overflow, List<string> Parked) Answer(ServerHarness host, ReadOnlySpan<byte> datagram)
    {
        var reply = new ArrayBufferWriter<byte>();
        List<string> overflow = [], parked = [];
        new CaSearchResponder(host).Answer(datagram, reply, bytes => overflow.Add(Convert.ToHexString(bytes.Span)), (name, bytes) => parked.Add($"{name} {Convert.ToHexString(bytes)}"));
        return (Convert.ToHexString(reply.WrittenSpan), overflow, parked);
    }

    // Search and answer of capture ca-get; the IOC listened on port 5064.
    private const string Search = "000000000001000D0000000100000000" + "000600080005000D0000000100000001" + "543A616900000000";
    private const string Found = "000000000001000D0000000100000000" + "0006000813C80000FFFFFFFF00000001" + "000D000000000000";

    [Fact]
    public void Answers_what_RSRV_answers()
    {
        using var host = new ServerHarness();
        host.Add("T:ai", PvValue.Double(0));
        Assert.Equal(Found, Answer(host, Convert.FromHexString(Search)).Reply);
    }

    [Fact]
    public void Says_the_advertised_address()
    {
        using var host = new ServerHarness { AdvertisedPort = 31000, AdvertisedAddress = 0x0A000001 };
        host.Add("T:ai", PvValue.Double(0));
        Assert.Contains("000600087918" + "0000" + "0A000001", Answer(host, Convert.FromHexString(Search)).Reply);
    }

    [Fact]
    public void Names_the_port_of_another_server_of_this_process()
    {
        using var host = new ServerHarness { Directory = _ => CaLocation.Beside(31000) };
        Assert.Contains("000600087918" + "0000" + "FFFFFFFF", Answer(host, Convert.FromHexString(Search)).Reply);
    }

    [Fact]
    public void Is_silent_about_names_it_does_not_have()
    {
        using var host = new ServerHarness { Directory = _ => CaLocation.At(new(System.Net.IPAddress.Loopback, 1)) };
        Assert.Equal(("", 0, 0), (Answer(host, Convert.FromHexString(Search)) is var a ? (a.Reply, a.Overflow.Count, a.Parked.Count) : default));
    }

    [Fact]
    public void Splits_long_answers_into_datagrams()
    {
        using var host = new ServerHarness();
        var request = new ArrayBufferWriter<byte>();
        CaWriter.SearchSequence(request, 7);
        for (uint cid = 0; cid < 200; cid++)
        {
            host.Add($"PV{cid}", PvValue.Double(0));
            CaWriter.Search(request, cid, $"PV{cid}");
        }
        var (reply, overflow, _) = Answer(host, request.WrittenSpan);
        var datagrams = overflow.Append(reply).Select(Convert.FromHexString).ToArray();
        Assert.True(datagrams.Length > 2);
        Assert.All(datagrams, d => Assert.InRange(d.Length, CaHeader.Size, CaSearchResponder.MaxDatagram));
        Assert.All(datagrams, d => Assert.Equal("000000000001000D0000000700000000", Convert.ToHexString(d.AsSpan(0, 16))));
        Assert.Equal(200, datagrams.Sum(d => (d.Length - 16) / 24));
    }

    [Fact]
    public void Garbage_gets_no_answer_and_no_exception()
    {
        using var host = new ServerHarness();
        host.Add("T:ai", PvValue.Double(0));
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            if (i % 3 == 0 && bytes.Length > 2)
                (bytes[0], bytes[1]) = (0, 6);
            Assert.Equal("", Answer(host, bytes).Reply);
        }
        var search = Convert.FromHexString(Search);
        for (var length = 0; length < search.Length; length++)
            Assert.Equal("", Answer(host, search.AsSpan(0, length)).Reply);
    }

    [Fact]
    public void A_search_for_a_PV_between_two_servers_waits_for_the_next_one()
    {
        using var host = new ServerHarness { Directory = name => name == "T:ai" ? CaLocation.Pending : CaLocation.Unknown };
        var (reply, _, parked) = Answer(host, Convert.FromHexString(Search));
        Assert.Equal("", reply);
        Assert.Equal([$"T:ai {Found}"], parked);
    }

    [Fact]
    public void Parked_searches_are_answered_once_in_time_and_bounded()
    {
        var time = new FakeTimeProvider();
        var parked = new CaParkedSearches(time, capacity: 3);
        var answered = new List<string>();
        foreach (var name in new[] { "A", "B", "A.EGU", "AB" })
            parked.Add(name, () => answered.Add(name));
        Assert.Equal(3, parked.Count);            // the oldest gave way
        parked.Release("A");
        Assert.Equal(["A.EGU"], answered);
        time.Advance(TimeSpan.FromSeconds(16));
        parked.Release("B");
        parked.Release("AB");
        Assert.Equal(["A.EGU"], answered);
        Assert.Equal(0, parked.Count);
    }

    [Fact]
    public void Beacons_come_in_doubling_steps_up_to_the_period()
    {
        var schedule = new CaBeaconSchedule(TimeSpan.FromSeconds(15));
        var message = new ArrayBufferWriter<byte>();
        var delays = Enumerable.Range(0, 14).Select(_ => schedule.Next(message, 5064, 0).TotalMilliseconds).ToArray();
        Assert.Equal([20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10240, 15000, 15000, 15000, 15000], delays);
        // Sequence 61 of capture beacons.
        message.ResetWrittenCount();
        CaWriter.Beacon(message, 5064, 61, 0);
        Assert.Equal("000D0000000D13C80000003D00000000", Convert.ToHexString(message.WrittenSpan));
        schedule.Restart();
        Assert.Equal(20, schedule.Next(message, 5064, 0).TotalMilliseconds);
    }
}
