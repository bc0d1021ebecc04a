using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Client;

namespace ModelManager.Epics.Tests.ChannelAccess;

/// <summary>Conversations of libca and RSRV of EPICS base 7: every byte is understood, and what we would say ourselves is said in the same bytes.</summary>
public class CaptureTests
{
    private sealed record Found(string Capture, bool FromClient, bool IsUdp, CaHeader Header, byte[] Bytes, byte[] Again)
    {
        public bool IsIdentical => Bytes.AsSpan().SequenceEqual(Again);
    }

    [Theory]
    [MemberData(nameof(CaCapture.All), MemberType = typeof(CaCapture))]
    public void Decodes_with_no_byte_left_over(string name)
    {
        var capture = CaCapture.Load(name);
        foreach (var piece in capture.Datagrams)
        {
            Messages(name, piece.Bytes, piece.FromClient, isUdp: true, out var left);
            Assert.Equal(0, left);
        }
        foreach (var stream in capture.Streams)
            foreach (var fromClient in new[] { true, false })
            {
                Messages(name, capture.Joined(stream, fromClient), fromClient, isUdp: false, out var left);
                Assert.True(left == 0 || capture.IsElided, $"{left} bytes left of stream {stream}");
            }
    }

    [Fact]
    public void Beacons_and_repeater_messages_decode_and_reencode()
    {
        foreach (var name in new[] { "beacons", "tca-get-ioc" })
        {
            var datagrams = CaCapture.Load(name).Datagrams.ToArray();
            Assert.NotEmpty(datagrams);
            foreach (var piece in datagrams)
            {
                var found = Messages(name, piece.Bytes, piece.FromClient, isUdp: true, out var left);
                Assert.Equal(0, left);
                Assert.All(found, f => Assert.Equal(Convert.ToHexString(f.Bytes), Convert.ToHexString(f.Again)));
            }
        }
    }

    /// <summary>Messages whose bytes differ, each kind with its reason. Everything else must be identical.</summary>
    [Fact]
    public void Reencodes_to_the_same_bytes_but_for_listed_exceptions()
    {
        var all = CaCapture.Names.SelectMany(All).ToArray();
        var tcp = all.Where(f => !f.IsUdp).ToArray();
        var different = all.Where(f => !f.IsIdentical).ToArray();
        foreach (var found in different)
            Assert.True(Reason(found) is not null, $"{found.Capture}: {found.Header}\n{Convert.ToHexString(found.Bytes)}\n{Convert.ToHexString(found.Again)}");
        var identical = tcp.Count(f => f.IsIdentical) / (double)tcp.Length;
        TestContext.Current.TestOutputHelper?.WriteLine($"{all.Length} messages, {tcp.Length} over TCP, {identical:P1} identical; exceptions: {string.Join(", ", different.GroupBy(Reason).Select(g => $"{g.Key} x{g.Count()}"))}");
        Assert.True(tcp.Length > 150, $"only {tcp.Length} messages");
        Assert.True(identical >= 0.9, $"{identical:P1}");
    }

    // 1. RSRV leaves old bytes of its buffer where a type has padding; receivers never look at them.
    // 2. Units, choices and strings are followed by zeros here, by old bytes there.
    private static string? Reason(Found found)
    {
        if (found.FromClient || found.Bytes.Length != found.Again.Length)
            return found.FromClient && found.Header.Command is CaCommand.ClientName or CaCommand.HostName ? "padding behind a name" : null;
        var header = found.Header.IsExtended ? CaHeader.ExtendedSize : CaHeader.Size;
        if (!found.Bytes.AsSpan(0, header).SequenceEqual(found.Again.AsSpan(0, header)))
            return null;
        if (found.Header.Command is not (CaCommand.ReadNotify or CaCommand.EventAdd))
            return null;
        // What both mean is the same: decoded again they are equal.
        var type = (DbrType)found.Header.DataType;
        var scalar = found.Header.Count == 1;
        var theirs = DbrDecoder.Decode(type, found.Header.Count, found.Bytes.AsSpan(header), scalar);
        var ours = DbrDecoder.Decode(type, found.Header.Count, found.Again.AsSpan(header), scalar);
        var equal = theirs.Value == ours.Value && theirs.Alarm == ours.Alarm && theirs.Time == ours.Time
            && theirs.Meta?.Units == ours.Meta?.Units && theirs.Meta?.Alarm == ours.Meta?.Alarm
            && (theirs.Meta is null || theirs.Meta.Choices.SequenceEqual(ours.Meta!.Choices));
        return equal ? "old bytes in padding" : null;
    }

    [Theory]
    [MemberData(nameof(CaCapture.All), MemberType = typeof(CaCapture))]
    public void Gives_the_same_events_byte_by_byte_and_in_random_cuts(string name)
    {
        var capture = CaCapture.Load(name);
        foreach (var stream in capture.Streams)
        {
            var bytes = capture.Joined(stream, fromClient: false);
            var whole = Feed(bytes, () => int.MaxValue);
            Assert.NotEmpty(whole);
            Assert.Equal(whole, Feed(bytes, () => 1));
            for (var seed = 0; seed < 20; seed++)
            {
                var random = new Random(seed);
                Assert.Equal(whole, Feed(bytes, () => random.Next(1, 60)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(CaCapture.All), MemberType = typeof(CaCapture))]
    public void A_stream_cut_at_any_byte_waits_for_more_and_never_fails(string name)
    {
        var capture = CaCapture.Load(name);
        foreach (var stream in capture.Streams)
        {
            var bytes = capture.Joined(stream, fromClient: false);
            var whole = Feed(bytes, () => int.MaxValue);
            for (var length = 0; length < Math.Min(bytes.Length, 2000); length++)
                Assert.Equal(whole.Take(Feed(bytes[..length], () => int.MaxValue).Count), Feed(bytes[..length], () => int.MaxValue));
        }
    }

    [Theory]
    [MemberData(nameof(CaCapture.All), MemberType = typeof(CaCapture))]
    public void What_clients_sent_can_end_at_any_byte_without_harm_to_the_server(string name)
    {
        var capture = CaCapture.Load(name);
        foreach (var stream in capture.Streams)
        {
            var bytes = capture.Joined(stream, fromClient: true);
            for (var length = 0; length <= Math.Min(bytes.Length, 2000); length++)
            {
                using var server = new Server.ServerHarness();
                foreach (var pv in new[] { "T:ai", "T:ao", "T:bo", "T:str", "T:strout", "T:longin", "T:mbbi", "T:calc" })
                    server.Add(pv, Values.PvValue.Double(1), new() { Writable = true });
                server.Add("T:wf", Values.PvValue.Array(new double[10]), new() { Writable = true });
                server.Add("T:big", Values.PvValue.Array(new double[5000]), new() { Writable = true });
                server.Add("T:img", Values.PvValue.Array(new double[9000]), new() { Writable = true });
                try
                {
                    server.SendBytes(bytes.AsSpan(0, length));
                }
                catch (CaProtocolException)
                {
                    // ids of the captured server mean nothing to ours: refused, which is fine; anything else thrown is not
                }
                Assert.NotEmpty(server.Drain());
            }
        }
    }

    private static List<string> Feed(byte[] bytes, Func<int> cut)
    {
        using var buffer = new CaReceiveBuffer(1 << 24);
        var events = new RecordingClientEvents();
        var circuit = new CaClientCircuit(events, new CaOutbox(int.MaxValue, () => { }), "u", "h");
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(cut(), bytes.Length - at);
            buffer.Append(bytes.AsSpan(at, count));
            at += count;
            while (buffer.TryTake(out var message))
                circuit.Receive(message);
        }
        return events.Lines;
    }

    private static IEnumerable<Found> All(string name)
    {
        var capture = CaCapture.Load(name);
        foreach (var piece in capture.Datagrams)
            foreach (var found in Messages(name, piece.Bytes, piece.FromClient, isUdp: true, out _))
                yield return found;
        foreach (var stream in capture.Streams)
            foreach (var fromClient in new[] { true, false })
                foreach (var found in Messages(name, capture.Joined(stream, fromClient), fromClient, isUdp: false, out _))
                    yield return found;
    }

    private static List<Found> Messages(string name, byte[] bytes, bool fromClient, bool isUdp, out int left)
    {
        var found = new List<Found>();
        var rest = bytes.AsSpan();
        while (CaMessage.TryRead(rest, 1 << 24, out var message))
        {
            found.Add(new(name, fromClient, isUdp, message.Header, rest[..message.EncodedSize].ToArray(), CaReencoder.Reencode(message, fromClient, isUdp)));
            rest = rest[message.EncodedSize..];
        }
        left = rest.Length;
        return found;
    }
}
