using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace ModelManager.Epics.PvAccess;

/// <summary>Reads pvAccess primitives from the payload of one message, in its byte order.</summary>
/// <remarks>pvAccess protocol specification, "Data encoding". Every read past the end is a <see cref="ProtocolException"/>: a payload is complete before it is read.</remarks>
public ref struct WireReader(ReadOnlySpan<byte> bytes, bool bigEndian)
{
    /// <summary>The size that stands for null (a null string, a union without selection).</summary>
    public const int Null = -1;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position = 0;

    public readonly bool BigEndian { get; } = bigEndian;
    public readonly int Position => _position;
    public readonly int Remaining => _bytes.Length - _position;
    public readonly bool AtEnd => _position == _bytes.Length;

    public byte ReadByte()
    {
        if (_position >= _bytes.Length)
            throw Truncated(1);
        return _bytes[_position++];
    }

    public ushort ReadUInt16()
    {
        var span = ReadBytes(2);
        return BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(span) : BinaryPrimitives.ReadUInt16LittleEndian(span);
    }

    public uint ReadUInt32()
    {
        var span = ReadBytes(4);
        return BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(span) : BinaryPrimitives.ReadUInt32LittleEndian(span);
    }

    public int ReadInt32() => (int)ReadUInt32();

    public ulong ReadUInt64()
    {
        var span = ReadBytes(8);
        return BigEndian ? BinaryPrimitives.ReadUInt64BigEndian(span) : BinaryPrimitives.ReadUInt64LittleEndian(span);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if ((uint)count > (uint)(_bytes.Length - _position))
            throw Truncated(count);
        var span = _bytes.Slice(_position, count);
        _position += count;
        return span;
    }

    /// <summary>What was read between an earlier <see cref="Position"/> and now.</summary>
    public readonly ReadOnlySpan<byte> Since(int position) => _bytes[position.._position];

    public ReadOnlySpan<byte> ReadRest() => ReadBytes(Remaining);

    /// <summary>A size, or <see cref="Null"/>.</summary>
    public int ReadSize()
    {
        var first = ReadByte();
        if (first < 254)
            return first;
        if (first == 255)
            return Null;
        var size = ReadInt32();
        return size >= 0 ? size : throw new ProtocolException($"size {(uint)size} is beyond 2^31");
    }

    /// <summary>A number of elements of at least <paramref name="elementBytes"/> each: one that cannot be in the rest of the message is refused before anything is allocated for it.</summary>
    public int ReadCount(int elementBytes)
    {
        var count = ReadSize();
        if (count == Null)
            return 0;
        if ((long)count * elementBytes > Remaining)
            throw new ProtocolException($"{count} elements of {elementBytes} bytes announced, {Remaining} bytes left");
        return count;
    }

    /// <summary>The UTF-8 bytes of a string; null reads as empty, as both C++ implementations take it.</summary>
    public ReadOnlySpan<byte> ReadStringBytes()
    {
        var size = ReadSize();
        return size == Null ? default : ReadBytes(size);
    }

    public string ReadString()
    {
        var bytes = ReadStringBytes();
        return bytes.IsEmpty ? "" : Encoding.UTF8.GetString(bytes);
    }

    private readonly ProtocolException Truncated(int wanted) => new($"the message ends at byte {_bytes.Length}, {wanted} more wanted at {_position}");
}
