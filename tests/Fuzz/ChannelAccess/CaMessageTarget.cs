using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>Framing: any bytes give messages, wait for more, or are refused; what is accepted reads the same a second, slower way.</summary>
public static class CaMessageTarget
{
    private const uint MaxPayload = 1 << 16;

    public static void Run(ReadOnlySpan<byte> data)
    {
        var rest = data;
        try
        {
            while (CaMessage.TryRead(rest, MaxPayload, out var message))
            {
                Check(rest, message);
                rest = rest[message.EncodedSize..];
            }
        }
        catch (CaProtocolException)
        {
            return;
        }
    }

    private static void Check(ReadOnlySpan<byte> bytes, in CaMessage message)
    {
        // The second reading: byte by byte, without the library.
        static uint Number(ReadOnlySpan<byte> b, int at, int length)
        {
            var value = 0u;
            for (var i = 0; i < length; i++)
                value = value * 256 + b[at + i];
            return value;
        }
        var isLong = bytes[2] == 0xFF && bytes[3] == 0xFF;
        var size = isLong ? Number(bytes, 16, 4) : Number(bytes, 2, 2);
        var count = isLong ? Number(bytes, 20, 4) : Number(bytes, 6, 2);
        var header = message.Header;
        var same = (uint)header.Command == Number(bytes, 0, 2) && header.PayloadSize == size && header.DataType == Number(bytes, 4, 2) && header.Count == count
            && header.Parameter1 == Number(bytes, 8, 4) && header.Parameter2 == Number(bytes, 12, 4)
            && message.EncodedSize == (isLong ? 24 : 16) + size && message.Payload.SequenceEqual(bytes.Slice(isLong ? 24 : 16, (int)size));
        if (!same)
            throw new InvalidOperationException($"read {header}");
    }
}
