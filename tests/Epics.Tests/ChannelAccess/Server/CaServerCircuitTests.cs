using System.Net;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.ChannelAccess.Server;

public class CaServerCircuitTests
{
    private static PvSample Sample(double value, Alarm alarm = default) => new(PvValue.Double(value), alarm, new(1_700_000_000, 5));

    [Fact]
    public void The_conversation_of_caget()
    {
        using var server = new ServerHarness();
        server.Add("T:ai", PvValue.Double(1.5));
        Assert.Equal(["Version 0 0"], server.Drain());
        // What caget sends in one segment (capture ca-get).
        server.SendBytes(Convert.FromHexString(
            "000000000000000D0000000000000000" + "00140008000000000000000000000000726F6F7400000000" + "00150008000000000000000000000000766D000000000000"
            + "0012000800000000000000010000000D543A616900000000"));
        Assert.Equal(["AccessRights 1 Read", "CreateChannel 1 Double[1]"], server.Drain());
        Assert.Equal(("root", "vm"), (server.Circuit.User, server.Circuit.Host));
        server.Send(w => CaWriter.ReadNotify(w, DbrType.TimeDouble, 1, 1, 9));
        Assert.Equal(["ReadNotify 9 TimeDouble[1] Normal 1.5"], server.Drain());
        server.Send(w => CaWriter.ClearChannel(w, 1, 1));
        Assert.Equal(["ClearChannel 1 1"], server.Drain());
        Assert.Equal(0, server.Circuit.ChannelCount);
    }

    [Fact]
    public void The_same_byte_by_byte_and_in_random_cuts()
    {
        byte[] Conversation()
        {
            using var w = new CaOutbox(int.MaxValue, () => { });
            lock (w.Gate)
            {
                CaWriter.Version(w);
                CaWriter.ClientName(w, "u");
                CaWriter.CreateChannel(w, 1, "A");
                CaWriter.CreateChannel(w, 2, "NOPE");
                CaWriter.EventAdd(w, DbrType.TimeDouble, 0, 1, 7, CaEventMask.Value);
                CaWriter.ReadNotify(w, DbrType.CtrlDouble, 1, 1, 8);
                CaWriter.Search(w, 99, "A");
                CaWriter.Echo(w);
                CaWriter.EventCancel(w, DbrType.TimeDouble, 0, 1, 7);
                CaWriter.ClearChannel(w, 1, 1);
            }
            return w.Take().ToArray();
        }
        List<string> Run(Func<int> cut)
        {
            using var server = new ServerHarness();
            server.Add("A", PvValue.Double(2));
            var bytes = Conversation();
            for (var at = 0; at < bytes.Length;)
            {
                var count = Math.Min(cut(), bytes.Length - at);
                server.SendBytes(bytes.AsSpan(at, count));
                at += count;
            }
            return server.Drain();
        }
        var whole = Run(() => int.MaxValue);
        Assert.Equal(
            [
                "Version 0 0", "AccessRights 1 Read", "CreateChannel 1 Double[1]", "CreateChannelFailed 2 0", "EventAdd 7 TimeDouble[1] Normal 2",
                "ReadNotify 8 CtrlDouble[1] Normal 2", "Search 4294967295 99", "Echo 0 0", "EventAdd end 7", "ClearChannel 1 1",
            ], whole);
        Assert.Equal(whole, Run(() => 1));
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            Assert.Equal(whole, Run(() => random.Next(1, 40)));
        }
    }

    [Fact]
    public void Masks_decide_what_a_subscription_hears_of()
    {
        using var server = new ServerHarness().Greet();
        var pv = server.Add("M", PvValue.Double(0), meta: new() { Units = "V" });
        var sid = server.Create("M");
        server.Send(w =>
        {
            CaWriter.EventAdd(w, DbrType.StsDouble, 1, sid, 1, CaEventMask.Value);
            CaWriter.EventAdd(w, DbrType.StsDouble, 1, sid, 2, CaEventMask.Log);
            CaWriter.EventAdd(w, DbrType.StsDouble, 1, sid, 4, CaEventMask.Alarm);
            CaWriter.EventAdd(w, DbrType.StsDouble, 1, sid, 8, CaEventMask.Property);
        });
        Assert.Equal(4, server.Drain().Count);      // everybody gets the first value

        pv.Post(Sample(1));
        Assert.Equal(["EventAdd 1 StsDouble[1] Normal 1", "EventAdd 2 StsDouble[1] Normal 1"], server.Drain());
        pv.Post(Sample(2, new(AlarmSeverity.Major, AlarmStatus.HiHi, null)));
        Assert.Equal(["EventAdd 1 StsDouble[1] Normal 2 Major HiHi", "EventAdd 2 StsDouble[1] Normal 2 Major HiHi", "EventAdd 4 StsDouble[1] Normal 2 Major HiHi"], server.Drain());
        pv.Post(Sample(3, new(AlarmSeverity.Major, AlarmStatus.HiHi, null)) with { Meta = new() { Units = "kV" } });
        Assert.Contains("EventAdd 8 StsDouble[1] Normal 3 Major HiHi", server.Drain());
        pv.Post(Sample(3, new(AlarmSeverity.Major, AlarmStatus.HiHi, null)) with { Meta = new() { Units = "kV" } });
        Assert.DoesNotContain("EventAdd 8 StsDouble[1] Normal 3 Major HiHi", server.Drain());
    }

    [Fact]
    public void Count_zero_follows_the_length_and_a_fixed_count_is_filled_with_zeros()
    {
        using var server = new ServerHarness().Greet();
        var pv = server.Add("W", PvValue.Array(new[] { 1.0, 2 }), new() { MaxElements = 4 });
        var sid = server.Create("W");
        server.Send(w =>
        {
            CaWriter.EventAdd(w, DbrType.Double, 0, sid, 1, CaEventMask.Value);
            CaWriter.EventAdd(w, DbrType.Double, 3, sid, 2, CaEventMask.Value);
        });
        Assert.Equal(["EventAdd 1 Double[2] Normal [1, 2]", "EventAdd 2 Double[3] Normal [1, 2, 0]"], server.Drain());
        pv.Post(new(PvValue.Array(new[] { 1.0, 2, 3, 4, 5 }), default, default));
        Assert.Equal(["EventAdd 1 Double[4] Normal [1, 2, 3, 4]", "EventAdd 2 Double[3] Normal [1, 2, 3]"], server.Drain());
        server.Send(w => CaWriter.ReadNotify(w, DbrType.StsAckString, 2, sid, 4));
        Assert.Equal(["ReadNotify 4 StsAckString[2] Normal [1.000000, 2.000000]"], server.Drain());
        server.Send(w => CaWriter.ReadNotify(w, DbrType.Double, 0xFFFF_FFFF, sid, 3));
        Assert.StartsWith("Error 1 TooLarge W", Assert.Single(server.Drain()));
    }

    [Fact]
    public void A_slow_client_gets_the_newest_value_and_the_rest_is_counted()
    {
        using var server = new ServerHarness(congestedAt: 200).Greet();
        var a = server.Add("A", PvValue.Double(0));
        var b = server.Add("B", PvValue.Double(0));
        var (sidA, sidB) = (server.Create("A", 1), server.Create("B", 2));
        server.Send(w =>
        {
            CaWriter.EventAdd(w, DbrType.Double, 1, sidA, 1, CaEventMask.Value);
            CaWriter.EventAdd(w, DbrType.Double, 1, sidB, 2, CaEventMask.Value);
        });
        server.Drain();

        for (var i = 1; i <= 100; i++)
        {
            a.Post(Sample(i));
            b.Post(Sample(-i));
        }
        Assert.InRange(server.Outbox.Waiting, 200, 300);
        Assert.Equal(2, server.Circuit.HeldCount);
        var lines = server.Drain();
        Assert.Equal("EventAdd 1 Double[1] Normal 100", lines.Last(l => l.StartsWith("EventAdd 1 ")));
        Assert.Equal("EventAdd 2 Double[1] Normal -100", lines.Last(l => l.StartsWith("EventAdd 2 ")));
        Assert.Equal(200, lines.Count + server.Circuit.Dropped);
    }

    [Fact]
    public void A_slow_client_delays_nobody()
    {
        using var slow = new ServerHarness(congestedAt: 100).Greet();
        using var quick = new ServerHarness().Greet();
        var pv = slow.Add("A", PvValue.Double(0));
        quick.Pvs["A"] = pv;
        foreach (var server in new[] { slow, quick })
        {
            var sid = server.Create("A");
            server.Send(w => CaWriter.EventAdd(w, DbrType.Double, 1, sid, 1, CaEventMask.Value));
        }
        quick.Drain();
        for (var i = 1; i <= 1000; i++)
        {
            pv.Post(Sample(i));
            Assert.Equal([$"EventAdd 1 Double[1] Normal {i}"], quick.Drain());
        }
        Assert.InRange(slow.Outbox.Waiting, 0, 200);
        Assert.Equal(0, quick.Circuit.Dropped);
        Assert.True(slow.Circuit.Dropped > 900);
    }

    [Fact]
    public void Events_off_holds_back_and_events_on_brings_the_newest()
    {
        using var server = new ServerHarness().Greet();
        var pv = server.Add("A", PvValue.Double(0));
        var sid = server.Create("A");
        server.Send(w =>
        {
            CaWriter.EventAdd(w, DbrType.Double, 1, sid, 1, CaEventMask.Value);
            CaWriter.EventsOff(w);
        });
        server.Drain();
        pv.Post(Sample(1));
        pv.Post(Sample(2));
        pv.Post(Sample(3));
        Assert.Empty(server.Drain());
        server.Send(CaWriter.EventsOn);
        Assert.Equal(["EventAdd 1 Double[1] Normal 3"], server.Drain());
        Assert.Equal(2, server.Circuit.Dropped);
        pv.Post(Sample(4));
        Assert.Equal(["EventAdd 1 Double[1] Normal 4"], server.Drain());
    }

    [Fact]
    public void After_a_cancel_nothing_more_comes()
    {
        using var server = new ServerHarness().Greet();
        var pv = server.Add("A", PvValue.Double(0));
        var sid = server.Create("A");
        server.Send(w => CaWriter.EventAdd(w, DbrType.TimeDouble, 0, sid, 5, CaEventMask.Value));
        server.Send(w => CaWriter.EventCancel(w, DbrType.TimeDouble, 0, sid, 5));
        Assert.Equal(["EventAdd 5 TimeDouble[1] Normal 0", "EventAdd end 5"], server.Drain());
        pv.Post(Sample(1));
        Assert.Empty(server.Drain());
        Assert.Equal((0, 0), (pv.SubscriptionCount, server.Circuit.SubscriptionCount));
        server.Send(w => CaWriter.EventCancel(w, DbrType.TimeDouble, 0, sid, 5));
        Assert.Equal(["Error 1 BadMonitorId A"], server.Drain());
    }

    [Fact]
    public void Closing_takes_the_subscriptions_off_the_PV()
    {
        var server = new ServerHarness().Greet();
        var pv = server.Add("A", PvValue.Double(0));
        var sid = server.Create("A");
        server.Send(w => CaWriter.EventAdd(w, DbrType.Double, 0, sid, 5, CaEventMask.Value));
        Assert.Equal(1, pv.SubscriptionCount);
        server.Dispose();
        Assert.Equal(0, pv.SubscriptionCount);
    }

    [Fact]
    public void A_PV_taken_away_ends_its_channels_and_spares_the_others()
    {
        using var server = new ServerHarness().Greet();
        var a = server.Add("A", PvValue.Double(0));
        server.Add("B", PvValue.Double(7));
        var (sidA, sidB) = (server.Create("A", 11), server.Create("B", 12));
        server.Pvs.Remove("A");
        a.Retire();
        server.Circuit.Drop(a);
        Assert.Equal(["ServerDisconnect 11 0"], server.Drain());
        // Requests that were under way are answered, not punished.
        server.Send(w => CaWriter.ReadNotify(w, DbrType.Double, 1, sidA, 1));
        Assert.Equal(Eca.Disconnected, (Eca)server.Messages().Single().Header.Parameter1);
        server.Send(w => CaWriter.ReadNotify(w, DbrType.Double, 1, sidB, 2));
        Assert.Equal(["ReadNotify 2 Double[1] Normal 7"], server.Drain());
    }

    [Fact]
    public void Name_server_answers_come_without_payload_and_say_where()
    {
        using var server = new ServerHarness().Greet();
        server.Add("HERE", PvValue.Double(0));
        server.Directory = name => name switch
        {
            "THERE" => CaLocation.At(new IPEndPoint(IPAddress.Parse("10.1.2.3"), 7000)),
            "SOON" => CaLocation.Pending,
            _ => CaLocation.Unknown,
        };
        server.Send(w =>
        {
            CaWriter.SearchSequence(w, 1);
            CaWriter.Search(w, 1, "HERE");
            CaWriter.Search(w, 2, "THERE");
            CaWriter.Search(w, 3, "NOWHERE");
            CaWriter.Search(w, 4, "SOON");
            CaWriter.Search(w, 5, "NOWHERE", mustReply: true);
        });
        var answers = server.Messages();
        Assert.Equal(
            [
                new CaHeader(CaCommand.Search, 0, 5064, 0, 0xFFFF_FFFF, 1),
                new CaHeader(CaCommand.Search, 0, 7000, 0, 0x0A01_0203, 2),
                new CaHeader(CaCommand.NotFound, 0, 10, 13, 5, 5),
            ], answers.Select(a => a.Header));
        server.Directory = _ => CaLocation.At(new IPEndPoint(IPAddress.Parse("10.1.2.4"), 7001));
        Assert.Equal("SOON", server.Parked.Single().Name);
        server.Parked.Single().Answer();
        Assert.Equal(new CaHeader(CaCommand.Search, 0, 7001, 0, 0x0A01_0204, 4), server.Messages().Single().Header);
    }

    [Fact]
    public void What_cannot_be_closes_the_circuit_with_a_reason()
    {
        void Refused(Action<ServerHarness> act, string reason)
        {
            using var server = new ServerHarness();
            server.Add("A", PvValue.Double(0));
            server.Greet();
            Assert.Contains(reason, Assert.Throws<CaProtocolException>(() => act(server)).Message);
        }
        Refused(s => s.Send(w => CaWriter.ReadNotify(w, DbrType.Double, 1, 77, 1)), "channel 77");
        Refused(s => s.Send(w => CaWriter.Header(w, new((CaCommand)99, 0, 0, 0, 0, 0))), "command 99");
        Refused(s => s.Send(w => CaWriter.Header(w, new(CaCommand.AccessRights, 0, 0, 0, 0, 0))), "command 22");
        Refused(s => { var sid = s.Create("A"); s.Send(w => CaWriter.ReadNotify(w, (DbrType)99, 1, sid, 1)); }, "data type 99");
        Refused(s => { var sid = s.Create("A"); s.Send(w => CaWriter.Header(w, new(CaCommand.EventAdd, 0, 6, 1, sid, 1))); }, "16 are needed");
        Refused(s => s.Send(w => CaWriter.CreateChannel(w, 1, new string('x', 2000))), "1024");
        Refused(s => s.Send(w => CaWriter.HostName(w, new string('x', 2000))), "511");
        using var rude = new ServerHarness();
        Assert.Throws<CaProtocolException>(() => rude.Send(w => CaWriter.CreateChannel(w, 1, "A")));
        Assert.Contains("before VERSION", rude.Drain()[^1]);
    }

    [Fact]
    public void Names_come_before_channels_or_not_at_all()
    {
        using var server = new ServerHarness().Greet("first", "here");
        server.Add("A", PvValue.Double(0));
        server.Create("A");
        server.Send(w => CaWriter.ClientName(w, "second"));
        Assert.StartsWith("Error 0 Internal", Assert.Single(server.Drain()));
        Assert.Equal("first", server.Circuit.User);
    }

    [Fact]
    public void Host_names_that_are_not_trusted_give_way_to_the_address()
    {
        using var server = new ServerHarness(limits: new(TrustHostNames: false)).Greet("u", "spoofed");
        Assert.Equal("10.0.0.1", server.Circuit.Host);
    }

    [Fact]
    public void Numbers_of_channels_and_subscriptions_are_bounded()
    {
        using var server = new ServerHarness(limits: new(MaxChannels: 10, MaxSubscriptions: 20)).Greet();
        server.Add("A", PvValue.Double(0));
        uint sid = 0;
        for (uint cid = 0; cid < 10; cid++)
            sid = server.Create("A", cid);
        Assert.Throws<CaProtocolException>(() => server.Create("A", 11));
        for (uint id = 0; id < 20; id++)
            server.Send(w => CaWriter.EventAdd(w, DbrType.Double, 1, sid, id, CaEventMask.Value));
        Assert.Throws<CaProtocolException>(() => server.Send(w => CaWriter.EventAdd(w, DbrType.Double, 1, sid, 99, CaEventMask.Value)));
    }

    [Fact]
    public void Posting_a_scalar_to_a_subscriber_allocates_nothing()
    {
        using var server = new ServerHarness().Greet();
        var pv = server.Add("A", PvValue.Double(0));
        var sid = server.Create("A");
        server.Send(w => CaWriter.EventAdd(w, DbrType.TimeDouble, 1, sid, 1, CaEventMask.Value));
        void Post(int count)
        {
            for (var i = 0; i < count; i++)
            {
                pv.Post(Sample(i));
                if (i % 100 == 0)
                    _ = server.Outbox.Take();
            }
        }
        Post(10_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Post(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
