using System.Net;

namespace ModelManager.Epics.PvAccess;

/// <summary>UDP messages: searches, answers, beacons, and the forwarded searches of several servers on one host.</summary>
/// <remarks>epics-protocol section 2. UDP is written big-endian, as pvxs does; either order is read.</remarks>
public static class Datagram
{
    /// <summary>Datagrams stay below the smallest usual MTU.</summary>
    public const int MaxSize = 1400;

    /// <summary>Several servers on one host tell each other of unicast searches here, on the loopback interface only.</summary>
    public static readonly IPAddress LoopbackGroup = IPAddress.Parse("224.0.0.128");

    private const int SearchOverhead = MessageHeader.Size + 34;

    /// <summary>How many of the names fit one datagram, from a start.</summary>
    public static int CountThatFits(IReadOnlyList<SearchName> names, int from)
    {
        var size = SearchOverhead;
        var count = 0;
        while (from + count < names.Count)
        {
            size += 5 + System.Text.Encoding.UTF8.GetByteCount(names[from + count].Name) + 4;
            if (count > 0 && size > MaxSize)
                break;
            count++;
        }
        return count;
    }

    public static void WriteSearch(WireWriter writer, SearchRequest request)
    {
        writer.BigEndian = true;
        var start = writer.BeginMessage(Command.Search, fromServer: false);
        request.Write(writer);
        writer.EndMessage(start);
    }

    public static void WriteResponse(WireWriter writer, SearchResponse response)
    {
        writer.BigEndian = true;
        var start = writer.BeginMessage(Command.SearchResponse, fromServer: true);
        response.Write(writer);
        writer.EndMessage(start);
    }

    public static void WriteBeacon(WireWriter writer, Beacon beacon)
    {
        writer.BigEndian = true;
        var start = writer.BeginMessage(Command.Beacon, fromServer: true);
        beacon.Write(writer, new ValueWriter(new TypeWriter(useCache: false)));
        writer.EndMessage(start);
    }

    /// <summary>The same search for the other servers of this host: tagged with where it was sent, answered to where it came from.</summary>
    public static void WriteForwarded(WireWriter writer, SearchRequest request, IPAddress originalDestination, IPEndPoint replyTo)
    {
        writer.BigEndian = true;
        var tag = writer.BeginMessage(Command.OriginTag, fromServer: false);
        WireAddress.Write(writer, originalDestination);
        writer.EndMessage(tag);
        WriteSearch(writer, request with { Flags = request.Flags & ~SearchFlags.Unicast, ReplyTo = replyTo });
    }

    /// <summary>Reads one message after the other; what is not understood ends the datagram.</summary>
    /// <returns>False at the end, and for anything that is not pvAccess.</returns>
    public static bool TryNext(ref ReadOnlySpan<byte> rest, out MessageHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        header = default;
        if (rest.Length < MessageHeader.Size || rest[0] != MessageHeader.Magic || rest[1] == 0 || !MessageHeader.TryRead(rest, out header))
            return false;
        var size = header.IsControl ? 0 : header.PayloadSize;
        if (size > rest.Length - MessageHeader.Size)
            return false;
        payload = rest.Slice(MessageHeader.Size, (int)size);
        rest = rest[(MessageHeader.Size + (int)size)..];
        return true;
    }
}
