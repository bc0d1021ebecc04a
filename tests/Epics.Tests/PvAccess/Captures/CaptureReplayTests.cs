namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>The captures played to both sides of our protocol: whole, byte by byte and in random cuts they give the same events and the same answers.</summary>
public sealed class CaptureReplayTests
{
    [Fact]
    public void The_server_side_sees_the_same_however_the_bytes_are_cut()
    {
        foreach (var capture in Capture.Pva())
            foreach (var stream in capture.Streams)
            {
                var (whole, bytes) = Server(capture, stream, () => int.MaxValue);
                Assert.Contains(whole, text => text.StartsWith("credentials", StringComparison.Ordinal));
                Same(capture, (whole, bytes), Server(capture, stream, () => 1));
                var random = new Random(20260101);
                for (var i = 0; i < 10; i++)
                    Same(capture, (whole, bytes), Server(capture, stream, () => random.Next(1, 40)));
            }
    }

    [Fact]
    public void The_client_side_sees_the_same_however_the_bytes_are_cut()
    {
        foreach (var capture in Capture.Pva())
            foreach (var stream in capture.Streams)
            {
                var (whole, bytes) = Client(capture, stream, () => int.MaxValue);
                Assert.Contains(whole, text => text.StartsWith("validated", StringComparison.Ordinal));
                Same(capture, (whole, bytes), Client(capture, stream, () => 1));
                var random = new Random(20260102);
                for (var i = 0; i < 10; i++)
                    Same(capture, (whole, bytes), Client(capture, stream, () => random.Next(1, 40)));
            }
    }

    [Fact]
    public void A_client_of_pvAccessCPP_that_stops_acknowledging_sees_what_was_overrun()
    {
        // raw-monitor-overrun-cpp: bits {1,3,4,5,7,8,9} changed more than once; the value is the newest.
        var (events, _) = Client(Capture.Load("raw-monitor-overrun-cpp"), 0, () => int.MaxValue);

        Assert.Equal(1, events.Count(text => text.Contains("overrun {1,3,4,5,7,8,9}", StringComparison.Ordinal)));
        Assert.Equal(6, events.Count(text => text.StartsWith("update", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_stream_that_ends_is_reported_after_its_last_update()
    {
        var (events, _) = Client(Capture.Load("pvxs-monitor-finish0x10"), 0, () => int.MaxValue);

        Assert.Equal(["update", "update", "update", "ended"], events.Select(text => text.Split(' ')[0]).Where(word => word is "update" or "ended"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cut_off_at_any_byte_nothing_is_made_up(bool server)
    {
        foreach (var capture in Capture.Pva().Where(capture => capture.Lines.Sum(line => line.Bytes.Length) < 12_000))
            foreach (var stream in capture.Streams)
            {
                var whole = server ? Server(capture, stream, () => int.MaxValue).Events : Client(capture, stream, () => int.MaxValue).Events;
                foreach (var cut in Truncations(capture, stream, fromClient: server))
                {
                    var events = server ? Server(cut, stream, () => int.MaxValue, capture).Events : Client(cut, stream, () => int.MaxValue).Events;
                    Assert.Equal(whole.Take(events.Count), events);
                }
            }
    }

    // The capture up to each byte of one direction.
    private static IEnumerable<Capture> Truncations(Capture capture, int stream, bool fromClient)
    {
        for (var last = 0; last < capture.Lines.Count; last++)
        {
            var line = capture.Lines[last];
            if (line.Stream != stream || line.FromClient != fromClient)
                continue;
            for (var length = 0; length < line.Bytes.Length; length++)
                yield return capture with { Lines = [.. capture.Lines.Take(last), line with { Bytes = line.Bytes[..length] }] };
        }
    }

    private static (List<string> Events, string Bytes) Server(Capture capture, int stream, Func<int> cut, Capture? learnFrom = null)
    {
        using var replay = new ServerReplay(learnFrom ?? capture, stream);
        replay.Play(capture, stream, cut);
        return (replay.Events, Convert.ToHexString(replay.Protocol.Output.Written));
    }

    private static (List<string> Events, string Bytes) Client(Capture capture, int stream, Func<int> cut)
    {
        using var replay = new ClientReplay();
        replay.Play(capture, stream, cut);
        return (replay.Events, Convert.ToHexString(replay.Protocol.Output.Written));
    }

    private static void Same(Capture capture, (List<string> Events, string Bytes) whole, (List<string> Events, string Bytes) cut)
    {
        Assert.Equal(whole.Events, cut.Events);
        Assert.True(whole.Bytes == cut.Bytes, $"{capture.Name}: other answers");
    }
}
