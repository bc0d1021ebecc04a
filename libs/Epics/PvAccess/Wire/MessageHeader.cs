using System.Buffers.Binary;

namespace ModelManager.Epics.PvAccess;

/// <summary>First 8 bytes of every pvAccess message.</summary>
/// <remarks>pvAccess protocol specification, "Message header". Bit 7 of the flags gives the byte order of this very header and its payload.</remarks>
public readonly record struct MessageHeader(byte Command, HeaderFlags Flags, uint PayloadSize)
{
    public const byte Magic = 0xCA;
    public const byte Version = 2;
    public const int Size = 8;

    public bool IsControl => (Flags & HeaderFlags.Control) != 0;
    public bool BigEndian => (Flags & HeaderFlags.BigEndian) != 0;
    public HeaderFlags Segment => Flags & HeaderFlags.SegmentMiddle;

    /// <summary>Reads a header, or says that more bytes are needed.</summary>
    /// <exception cref="ProtocolException">The bytes cannot be a pvAccess header; the connection must be closed.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MessageHeader header)
    {
        header = default;
        if (bytes.Length > 0 && bytes[0] != Magic)
            throw new ProtocolException($"expected magic 0xCA, found 0x{bytes[0]:X2}");
        if (bytes.Length > 1 && bytes[1] == 0)
            throw new ProtocolException("protocol version 0");
        if (bytes.Length < Size)
            return false;

        var flags = (HeaderFlags)bytes[2];
        var size = (flags & HeaderFlags.BigEndian) != 0
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes[4..])
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        header = new(bytes[3], flags, size);
        return true;
    }

    public void Write(Span<byte> destination)
    {
        destination[0] = Magic;
        destination[1] = Version;
        destination[2] = (byte)Flags;
        destination[3] = Command;
        if (BigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(destination[4..], PayloadSize);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], PayloadSize);
    }
}

/// <summary>The third byte of a header. Both segment bits together mean "middle".</summary>
[Flags]
public enum HeaderFlags : byte
{
    None = 0,
    Control = 0x01,
    SegmentFirst = 0x10,
    SegmentLast = 0x20,
    SegmentMiddle = 0x30,
    FromServer = 0x40,
    BigEndian = 0x80,
}
