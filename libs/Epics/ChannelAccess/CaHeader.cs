using System.Buffers.Binary;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>The header of every CA message, big-endian: 16 bytes, or 24 when payload size or element count reach 0xFFFF.</summary>
/// <param name="PayloadSize">Bytes that follow, padding included.</param>
/// <remarks>CA protocol specification, "Message structure" and "Large payload" (minor version 9 and later).</remarks>
public readonly record struct CaHeader(CaCommand Command, uint PayloadSize, ushort DataType, uint Count, uint Parameter1, uint Parameter2)
{
    public const int Size = 16;
    public const int ExtendedSize = 24;
    private const ushort ExtendedMark = 0xFFFF;

    /// <summary>Whether these sizes need the long form when written.</summary>
    public bool IsExtended => PayloadSize >= ExtendedMark || Count >= ExtendedMark;

    public int EncodedSize => IsExtended ? ExtendedSize : Size;

    /// <summary>Reads a header, or says that more bytes are needed.</summary>
    /// <param name="encodedSize">16 or 24: where the payload begins.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CaHeader header, out int encodedSize)
    {
        header = default;
        encodedSize = Size;
        if (bytes.Length < Size)
            return false;
        uint payloadSize = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        uint count = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        if (payloadSize == ExtendedMark)
        {
            encodedSize = ExtendedSize;
            if (bytes.Length < ExtendedSize)
                return false;
            payloadSize = BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]);
            count = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
        }
        header = new(
            (CaCommand)BinaryPrimitives.ReadUInt16BigEndian(bytes),
            payloadSize,
            BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]),
            count,
            BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]));
        return true;
    }

    /// <summary>Writes <see cref="EncodedSize"/> bytes.</summary>
    public void Write(Span<byte> destination)
    {
        var extended = IsExtended;
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)Command);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], extended ? ExtendedMark : (ushort)PayloadSize);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], DataType);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], extended ? (ushort)0 : (ushort)Count);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Parameter1);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Parameter2);
        if (!extended)
            return;
        BinaryPrimitives.WriteUInt32BigEndian(destination[16..], PayloadSize);
        BinaryPrimitives.WriteUInt32BigEndian(destination[20..], Count);
    }
}
