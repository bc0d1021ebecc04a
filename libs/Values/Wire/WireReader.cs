using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelManager.Values.Wire;

/// <summary>Reads what <see cref="WireWriter"/> wrote. Whatever the bytes are, it reads none that are not there and believes no count that the rest of the bytes cannot hold.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private static readonly Encoding StrictUtf8 = new UTF8Encoding(false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly int Remaining => _bytes.Length - _at;

    public byte Byte(string what) => Take(1, what)[0];

    public long Int64(string what) => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long), what));

    public double Double(string what) => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double), what));

    public ulong Varint(string what)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte(what);
            if (shift == 63 && next > 1)
                break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Wrong(what, "a number of more than 64 bits");
    }

    public long Signed(string what)
    {
        var value = Varint(what);
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public int SignedInt32(string what)
    {
        var value = Signed(what);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Wrong(what, $"{value}, which has more than 32 bits");
    }

    /// <summary>A count of things that take at least <paramref name="size"/> bytes each of what is left.</summary>
    public int Count(int size, string what)
    {
        var count = Varint(what);
        if (count > (ulong)(Remaining / size))
            throw Wrong(what, $"a count of {count} where {Remaining} bytes are left");
        return (int)count;
    }

    public string? Text(string what)
    {
        var head = Varint(what);
        if (head == 0)
            return null;
        var isUtf16 = head % 2 == 0;
        var length = (head - (isUtf16 ? 2UL : 1UL)) / 2;
        if (length > (ulong)Remaining || (isUtf16 && length * sizeof(char) > (ulong)Remaining))
            throw Wrong(what, $"a text of length {length} where {Remaining} bytes are left");
        try
        {
            return isUtf16
                ? new string(MemoryMarshal.Cast<byte, char>(Take((int)length * sizeof(char), what)))
                : StrictUtf8.GetString(Take((int)length, what));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(what, "bytes that are not UTF-8");
        }
    }

    public string RequiredText(string what) => Text(what) ?? throw Wrong(what, "no text");

    public ReadOnlySpan<byte> Take(int count, string what)
    {
        if (count > Remaining)
            throw Wrong(what, $"the end of the {_bytes.Length} bytes");
        var span = _bytes.Slice(_at, count);
        _at += count;
        return span;
    }

    public readonly PvBatchFormatException Wrong(string what, string found) => new($"byte {_at} of a PV batch: expected {what}, found {found}");
}
