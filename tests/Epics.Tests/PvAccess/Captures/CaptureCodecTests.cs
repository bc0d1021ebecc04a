using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>Every message of every capture decodes to its last byte; what we write again are the same bytes, but for the exceptions listed here.</summary>
public sealed class CaptureCodecTests
{
    // What we would write differently, one by one: capture[stream] number-in-stream message, and why.
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["tca-get-ioc[0] 5 ConnectionValidation"] = "epics-tca numbers its types from 0, pvAccessCPP and we from 1",
        ["tca-get-ioc[0] 11 Get"] = "epics-tca sends its credentials by key but its pvRequest plain; we do either throughout",
    };

    [Fact]
    public void Every_tcp_message_decodes_whole_and_recodes_to_the_same_bytes()
    {
        var total = 0;
        var different = new List<string>();
        foreach (var capture in Capture.Pva())
            foreach (var stream in capture.Streams)
            {
                var codec = new ConversationCodec();
                var number = 0;
                foreach (var (header, raw) in Messages(capture, stream))
                {
                    number++;
                    total++;
                    var written = codec.Recode(header, raw.AsSpan(MessageHeader.Size), out var left);
                    Assert.True(left == 0, $"{capture.Name}[{stream}] message {number}: {left} bytes left of {(Command)header.Command}");
                    if (!written.AsSpan().SequenceEqual(raw))
                        different.Add($"{capture.Name}[{stream}] {number} {(Command)header.Command}");
                }
            }

        Assert.True(total > 700, $"{total} messages");
        Assert.Equal(Exceptions.Keys.Order(StringComparer.Ordinal), different.Order(StringComparer.Ordinal));
        Assert.True(different.Count <= total / 10, $"{different.Count} of {total} differ");
    }

    [Fact]
    public void Every_datagram_decodes_whole_and_recodes_to_the_same_bytes()
    {
        var total = 0;
        foreach (var capture in Capture.Pva())
            foreach (var line in capture.Lines.Where(line => line.Stream < 0 && line.IsPva))
            {
                total++;
                Assert.Equal(Convert.ToHexString(line.Bytes), Convert.ToHexString(RecodeDatagram(line.Bytes)));
            }
        Assert.True(total > 60, $"{total} datagrams");
    }

    internal static IEnumerable<(MessageHeader Header, byte[] Raw)> Messages(Capture capture, int stream)
    {
        using var client = new MessageAssembler();
        using var server = new MessageAssembler();
        foreach (var line in capture.Lines.Where(line => line.Stream == stream))
        {
            var assembler = line.FromClient ? client : server;
            assembler.Append(line.Bytes);
            while (Next(assembler) is { } message)
                yield return message;
        }
    }

    private static (MessageHeader, byte[])? Next(MessageAssembler assembler)
    {
        if (!assembler.TryRead(out var header, out var payload))
            return null;
        var raw = new byte[MessageHeader.Size + payload.Length];
        header.Write(raw);
        payload.CopyTo(raw.AsSpan(MessageHeader.Size));
        return (header, raw);
    }

    private static byte[] RecodeDatagram(byte[] bytes)
    {
        using var writer = new WireWriter();
        ReadOnlySpan<byte> rest = bytes;
        while (Datagram.TryNext(ref rest, out var header, out var payload))
        {
            writer.BigEndian = header.BigEndian;
            var reader = new WireReader(payload, header.BigEndian);
            var start = writer.BeginMessage((Command)header.Command, (header.Flags & HeaderFlags.FromServer) != 0);
            switch ((Command)header.Command)
            {
                case Command.Search:
                    // pvAccessCPP writes "any address" as ::ffff:0.0.0.0, pvxs as zeros: both are read as the same.
                    var zeroAny = payload.Slice(8, 16).IndexOfAnyExcept((byte)0) < 0;
                    SearchRequest.Read(ref reader).Write(writer, zeroAny);
                    break;
                case Command.SearchResponse:
                    SearchResponse.Read(ref reader).Write(writer);
                    break;
                case Command.Beacon:
                    Beacon.Read(ref reader, new ValueReader(new TypeReader())).Write(writer, new ValueWriter(new TypeWriter(useCache: false)));
                    break;
                case Command.OriginTag:
                    WireAddress.Write(writer, WireAddress.Read(ref reader));
                    break;
            }
            Assert.Equal(0, reader.Remaining);
            writer.EndMessage(start);
        }
        Assert.True(rest.IsEmpty);
        return writer.Written.ToArray();
    }
}
