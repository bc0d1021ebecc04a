using ModelManager.Epics.PvAccess;

namespace ModelManager.Fuzz.PvAccess;

/// <summary>UDP: what is accepted can be written again and reads the same.</summary>
public static class DatagramTarget
{
    public static void Run(ReadOnlySpan<byte> data)
    {
        try
        {
            while (Datagram.TryNext(ref data, out var header, out var payload))
            {
                if (header.IsControl)
                    continue;
                var once = Recode((Command)header.Command, payload, header.BigEndian);
                if (once is not null && !once.AsSpan().SequenceEqual(Recode((Command)header.Command, once, bigEndian: true)))
                    throw new InvalidOperationException($"{(Command)header.Command} differs when read again");
            }
        }
        catch (ProtocolException)
        {
        }
    }

    private static byte[]? Recode(Command command, ReadOnlySpan<byte> payload, bool bigEndian)
    {
        using var writer = new WireWriter { BigEndian = true };
        var reader = new WireReader(payload, bigEndian);
        switch (command)
        {
            case Command.Search:
                SearchRequest.Read(ref reader).Write(writer);
                break;
            case Command.SearchResponse:
                SearchResponse.Read(ref reader).Write(writer);
                break;
            case Command.Beacon:
                Beacon.Read(ref reader, new ValueReader(new TypeReader(), 1 << 20)).Write(writer, new ValueWriter(new TypeWriter(useCache: false)));
                break;
            case Command.OriginTag:
                WireAddress.Write(writer, WireAddress.Read(ref reader));
                break;
            default:
                return null;
        }
        return writer.Written.ToArray();
    }
}
