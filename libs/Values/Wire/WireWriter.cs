using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace ModelManager.Values.Wire;

/// <summary>Little-endian primitives into a buffer writer, chunk by chunk.</summary>
internal ref struct WireWriter(IBufferWriter<byte> output)
{
    private const int Chunk = 4096, LongestVarint = 10;
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    private Span<byte> _span;
    private int _used;

    public void Flush()
    {
        if (_used > 0)
            output.Advance(_used);
        _span = default;
        _used = 0;
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>7 bits a byte, lowest first (LEB128).</summary>
    public void Varint(ulong value)
    {
        var span = Room(LongestVarint);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _used += length;
    }

    public void Count(int value) => Varint((ulong)value);

    /// <summary>Small numbers of either sign are short: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...</summary>
    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>0 for null, else 1 + 2 * length in bytes of UTF-8, or 2 + 2 * length in UTF-16 units where the text is no valid Unicode.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            Byte(0);
            return;
        }
        int length;
        try
        {
            length = StrictUtf8.GetByteCount(value);
        }
        catch (EncoderFallbackException)
        {
            Varint(2 + 2 * (ulong)value.Length);
            foreach (var unit in value)
                BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(char)), unit);
            return;
        }
        Varint(1 + 2 * (ulong)length);
        StrictUtf8.GetBytes(value, Take(length));
    }

    /// <summary>A number in 1, 2 or 4 bytes.</summary>
    public void Fixed(int value, int width)
    {
        var span = Take(width);
        for (var i = 0; i < width; i++)
            span[i] = (byte)(value >> (8 * i));
    }

    public static int WidthOf(int largest) => BitOperations.Log2((uint)largest | 1) switch { < 8 => 1, < 16 => 2, _ => 4 };

    public Span<byte> Take(int count)
    {
        var span = Room(count)[..count];
        _used += count;
        return span;
    }

    private Span<byte> Room(int count)
    {
        if (_span.Length - _used < count)
        {
            Flush();
            _span = output.GetSpan(Math.Max(count, Chunk));
        }
        return _span[_used..];
    }
}
