using System.Text;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>One message as it lies in a receive buffer. Valid until the buffer moves on.</summary>
public readonly ref struct CaMessage(CaHeader header, ReadOnlySpan<byte> payload, int encodedSize)
{
    public CaHeader Header { get; } = header;
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Header and payload.</summary>
    public int EncodedSize { get; } = encodedSize;

    public CaCommand Command => Header.Command;

    /// <summary>Takes the first message off a stream, or says that more bytes are needed.</summary>
    /// <param name="maxPayload">A header that announces more than this is refused before any of it has arrived.</param>
    /// <exception cref="CaProtocolException">The announced payload is too long, or no multiple of 8.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, uint maxPayload, out CaMessage message)
    {
        message = default;
        if (!CaHeader.TryRead(bytes, out var header, out var headerSize))
            return false;
        if (header.PayloadSize > maxPayload)
            throw new CaProtocolException($"{header.Command} announces a payload of {header.PayloadSize} bytes, the limit is {maxPayload} (EPICS_CA_MAX_ARRAY_BYTES with EPICS_CA_AUTO_ARRAY_BYTES=NO, or the option of the client or server)");
        if (header.PayloadSize % CaProtocol.Alignment != 0)
            throw new CaProtocolException($"{header.Command} announces a payload of {header.PayloadSize} bytes, which is no multiple of {CaProtocol.Alignment}");
        var size = headerSize + (int)header.PayloadSize;
        if (bytes.Length < size)
            return false;
        message = new(header, bytes[headerSize..size], size);
        return true;
    }

    /// <summary>A zero-terminated text, as names travel. Bytes beyond ASCII are read as UTF-8.</summary>
    public static string ReadText(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
