using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>Our client against our server in every pairing of byte order, type cache and segmentation.</summary>
public class PairTests
{
    public static TheoryData<bool, bool, int> Pairings()
    {
        var data = new TheoryData<bool, bool, int>();
        foreach (var bigEndian in (bool[])[false, true])
            foreach (var cache in (bool[])[false, true])
                foreach (var segment in (int[])[0, 1, 100])
                    data.Add(bigEndian, cache, segment);
        return data;
    }

    private static Pair Connect(bool bigEndian, bool cache, int segment, PvaStructure? value = null) => new(value ?? Zoo.Value(),
        new ServerProtocolOptions { BigEndian = bigEndian, UseTypeCache = cache, SegmentSize = segment },
        new ClientProtocolOptions { User = "me", Host = "here", UseTypeCache = cache, SegmentSize = segment });

    [Theory]
    [MemberData(nameof(Pairings))]
    public void Every_type_of_value_is_read_as_it_was_set(bool bigEndian, bool cache, int segment)
    {
        using var pair = Connect(bigEndian, cache, segment);
        for (uint round = 0; round < 3; round++)
        {
            var get = pair.Client.Init(OperationKind.Get, round, pair.Sid, PvRequest.Everything);
            pair.Run();
            pair.Client.Get(get, last: round == 1);
            pair.Run();
            Assert.Equal(EventText.Of(pair.Value), EventText.Of(get.Value));
            Assert.Equal(Zoo.Type, get.Value!.Type);
        }
        Assert.Equal(["ca me@here", "validated Ok", "created Ok"], pair.Seen.Take(3));
        Assert.Equal(2, pair.Server.OperationCount);
    }

    [Theory]
    [MemberData(nameof(Pairings))]
    public void Every_type_of_value_can_be_put_and_put_back(bool bigEndian, bool cache, int segment)
    {
        using var pair = Connect(bigEndian, cache, segment, new PvaStructure(Zoo.Type) { ["fixed"] = new int[3] });
        var put = pair.Client.Init(OperationKind.Put, 1, pair.Sid, PvRequest.Everything);
        pair.Run();
        pair.Client.Put(put, Zoo.Value(), new BitMask(0));
        pair.Run();
        Assert.Equal(EventText.Of(Zoo.Value()), EventText.Of(pair.Value));

        pair.Client.Get(put);
        pair.Run();
        Assert.Equal(EventText.Of(Zoo.Value()), EventText.Of(put.Value));

        pair.PutAnswer = Status.Error("no more");
        pair.Client.Put(put, Zoo.Value(), new BitMask(1), last: true);
        pair.Run();
        Assert.Equal(["put {0}", "answer Put Ok", "answer Put Ok", "put {1}", "server: Put destroyed", "answer Put Error: no more"], pair.Seen.Skip(4));
    }

    [Theory]
    [MemberData(nameof(Pairings))]
    public void Put_get_rpc_get_field_process_and_search(bool bigEndian, bool cache, int segment)
    {
        using var pair = Connect(bigEndian, cache, segment);
        var both = pair.Client.Init(OperationKind.PutGet, 1, pair.Sid, PvRequest.Everything);
        var rpc = pair.Client.Init(OperationKind.Rpc, 2, pair.Sid, PvRequest.Everything);
        var process = pair.Client.Init(OperationKind.Process, 3, pair.Sid, PvRequest.Everything);
        pair.Client.GetField(4, pair.Sid);
        pair.Run();
        pair.Client.Put(both, new PvaStructure(Zoo.Type) { ["value"] = 9, ["fixed"] = new int[3] }, new BitMask(1));
        pair.Client.Rpc(rpc, Zoo.Value());
        pair.Client.Process(process);
        pair.Client.Search(new SearchRequest(1, SearchFlags.Unicast, new(System.Net.IPAddress.Any, 0), ["tcp"], [new(77, "X")]));
        pair.Client.Echo();
        pair.Run();

        Assert.Equal(9.0, both.Value!["value"]);
        Assert.Equal(EventText.Of(PvaVariant.Any(Zoo.Type, Zoo.Value())), EventText.Of(rpc.Result));
        Assert.Equal(["put {1}", "put {}", "answer PutGet Ok", "answer Rpc Ok", "answer Process Ok", "found 77", "echo"], pair.Seen.Skip(7));
        Assert.Contains("field same", pair.Seen);
    }

    [Theory]
    [MemberData(nameof(Pairings))]
    public void A_monitor_sends_everything_first_and_then_what_changed(bool bigEndian, bool cache, int segment)
    {
        using var pair = Connect(bigEndian, cache, segment);
        var monitor = pair.Client.Init(OperationKind.Monitor, 1, pair.Sid, PvRequest.Parse("field(value,int)"));
        pair.Run();
        pair.Client.Start(monitor);
        pair.Run();
        pair.Value["value"] = 2.5;
        pair.Post(new BitMask(1));
        pair.Run();
        pair.Value["string"] = "not asked for";
        pair.Post(new BitMask(Zoo.Type.Layout.IndexOf("string")));
        pair.Run();

        var number = Zoo.Type.Layout.IndexOf("int");
        Assert.Equal([$"update {{1,{number}}} 1.5 {{}}", "update {1} 2.5 {}"], pair.Seen.Where(text => text.StartsWith("update", StringComparison.Ordinal)));
        Assert.Equal(int.MaxValue, monitor.Value!["int"]);
    }

    [Fact]
    public void A_full_queue_merges_into_the_last_update_and_says_what_was_overrun()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        var monitor = pair.Client.Init(OperationKind.Monitor, 1, pair.Sid, PvRequest.Parse("record[queueSize=2]field()"));
        pair.Run();
        pair.Client.Start(monitor);
        pair.Run();
        pair.Client.Stop(monitor);
        pair.Run();
        for (var i = 1; i <= 5; i++)
        {
            pair.Value["value"] = i;
            pair.Post(i == 3 ? new BitMask(1, 3) : new BitMask(1));
        }
        Assert.Equal(3, pair.Queues.Values.Single().Squashed);
        pair.Client.Start(monitor);
        pair.Run();

        Assert.Equal(["update {1} 1 {}", "update {1,3} 5 {1}"], pair.Seen.Where(text => text.StartsWith("update", StringComparison.Ordinal)).Skip(1));
    }

    [Fact]
    public void A_pipelining_client_gets_no_more_than_it_has_room_for()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        var monitor = pair.Client.Init(OperationKind.Monitor, 1, pair.Sid, PvRequest.Parse("record[pipeline=true,queueSize=10]field(value)"), window: 2);
        pair.Run();
        pair.Client.Start(monitor);
        for (var i = 1; i <= 6; i++)
        {
            pair.Value["value"] = i;
            pair.Post(new BitMask(1));
            pair.Run();
        }
        Assert.Equal(2, pair.Seen.Count(text => text.StartsWith("update", StringComparison.Ordinal)));
        pair.Client.Acknowledge(monitor, 3);
        pair.Run();
        Assert.Equal(["update {1} 0 {}", "update {1} 1 {}", "update {1} 2 {}", "update {1} 3 {}", "update {1} 4 {}"], pair.Seen.Where(text => text.StartsWith("update", StringComparison.Ordinal)));
        pair.Client.Acknowledge(monitor, 10);
        pair.Run();
        Assert.Equal("update {1} 6 {}", pair.Seen[^1]);
        Assert.Equal(0, pair.Queues.Values.Single().Squashed);
    }

    [Fact]
    public void A_channel_taken_away_ends_everything_on_it()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        var monitor = pair.Client.Init(OperationKind.Monitor, 1, pair.Sid, PvRequest.Everything);
        pair.Run();
        pair.Server.DestroyChannel(pair.Server.Channels.Single());
        pair.Run();
        Assert.Equal(["server: Monitor destroyed", "client: channel gone"], pair.Seen.TakeLast(2));
        Assert.Equal((0, 0, OperationState.Done), (pair.Server.OperationCount, pair.Client.OperationCount, monitor.State));
    }

    [Fact]
    public void A_finished_stream_ends_the_monitor()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        pair.Client.Init(OperationKind.Monitor, 1, pair.Sid, PvRequest.Everything);
        pair.Run();
        pair.Server.FinishMonitor(pair.Queues.Keys.Single(), Status.Ok);
        pair.Run();
        Assert.Equal("ended Ok", pair.Seen[^1]);
        Assert.Equal((0, 0), (pair.Server.OperationCount, pair.Client.OperationCount));
    }

    [Fact]
    public void A_late_answer_to_a_destroyed_request_is_passed_over_but_its_types_are_kept()
    {
        using var pair = Connect(bigEndian: false, cache: true, segment: 0);
        var gone = pair.Client.Init(OperationKind.Get, 1, pair.Sid, PvRequest.Everything);
        pair.Client.Destroy(gone);
        pair.Run();
        var get = pair.Client.Init(OperationKind.Get, 2, pair.Sid, PvRequest.Everything);
        pair.Run();
        pair.Client.Get(get);
        pair.Run();
        Assert.Equal(EventText.Of(pair.Value), EventText.Of(get.Value));
        Assert.Equal(1, pair.Server.OperationCount);
    }

    [Fact]
    public void Requests_that_make_no_sense_are_answered_with_a_reason()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        pair.Client.Init(OperationKind.Get, 1, 4711, PvRequest.Everything);
        pair.Client.Init(OperationKind.Get, 2, pair.Sid, PvRequest.Parse("field(nosuch)"));
        pair.Client.CreateChannel(9, "Y");
        pair.Run();
        Assert.Equal(["init Get Error: bad channel id", "init Get Error: pvRequest must select at least one field", "created Fatal: not here"], pair.Seen.TakeLast(3));
    }

    [Fact]
    public void What_may_not_be_sent_now_is_refused_before_it_goes_out()
    {
        using var pair = new Pair(NtScalar.Double(0).Value);
        var get = pair.Client.Init(OperationKind.Get, 1, pair.Sid, PvRequest.Everything);
        Assert.Throws<InvalidOperationException>(() => pair.Client.Get(get));
        pair.Run();
        pair.Client.Get(get);
        Assert.Throws<InvalidOperationException>(() => pair.Client.Get(get));
    }
}
