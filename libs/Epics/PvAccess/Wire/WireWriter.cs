using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace ModelManager.Epics.PvAccess;

/// <summary>Writes pvAccess messages one behind the other into a pooled buffer that grows as needed and is reused.</summary>
public sealed class WireWriter : IDisposable
{
    private const int InitialSize = 1024;
    private const int KeptSize = 256 * 1024;
    private byte[] _buffer = [];
    private int _count;

    /// <summary>The byte order of what is written from now on.</summary>
    public bool BigEndian { get; set; }

    public int Count => _count;
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _count);
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, _count);

    /// <summary>Forgets what was written; a very large buffer goes back to the pool.</summary>
    public void Clear()
    {
        _count = 0;
        if (_buffer.Length > KeptSize)
            Dispose();
    }

    /// <summary>Takes back the last bytes, down to <paramref name="count"/>: a message that could not be finished.</summary>
    public void Truncate(int count) => _count = count;

    public void Dispose()
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _count = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _count < count)
            Grow(count);
        var span = _buffer.AsSpan(_count, count);
        _count += count;
        return span;
    }

    public void WriteByte(byte value) => Reserve(1)[0] = value;

    public void WriteUInt16(ushort value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(Reserve(2), value);
    }

    public void WriteUInt32(uint value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);
    }

    public void WriteInt32(int value) => WriteUInt32((uint)value);

    public void WriteUInt64(ulong value)
    {
        if (BigEndian)
            BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>A size; <see cref="WireReader.Null"/> writes null.</summary>
    public void WriteSize(int size)
    {
        if (size < 0)
        {
            WriteByte(255);
        }
        else if (size < 254)
        {
            WriteByte((byte)size);
        }
        else
        {
            WriteByte(254);
            WriteInt32(size);
        }
    }

    public void WriteString(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteSize(length);
        Encoding.UTF8.GetBytes(text, Reserve(length));
    }

    /// <summary>Starts an application message; <see cref="EndMessage(int)"/> fills in its size.</summary>
    public int BeginMessage(Command command, bool fromServer)
    {
        var start = _count;
        var flags = (fromServer ? HeaderFlags.FromServer : 0) | (BigEndian ? HeaderFlags.BigEndian : 0);
        new MessageHeader((byte)command, flags, 0).Write(Reserve(MessageHeader.Size));
        return start;
    }

    public void EndMessage(int start)
    {
        var size = _buffer.AsSpan(start + 4, 4);
        var payload = (uint)(_count - start - MessageHeader.Size);
        if (BigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(size, payload);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(size, payload);
    }

    /// <summary>Ends a message and splits it into segments of at most <paramref name="segmentSize"/> payload bytes (0 = never), each with its own header.</summary>
    public void EndMessage(int start, int segmentSize)
    {
        EndMessage(start);
        var payload = _count - start - MessageHeader.Size;
        if (segmentSize <= 0 || payload <= segmentSize)
            return;

        MessageHeader.TryRead(_buffer.AsSpan(start), out var whole);
        var copy = ArrayPool<byte>.Shared.Rent(payload);
        _buffer.AsSpan(start + MessageHeader.Size, payload).CopyTo(copy);
        _count = start;
        for (var offset = 0; offset < payload; offset += segmentSize)
        {
            var length = Math.Min(segmentSize, payload - offset);
            var segment = offset == 0 ? HeaderFlags.SegmentFirst
                : offset + length == payload ? HeaderFlags.SegmentLast
                : HeaderFlags.SegmentMiddle;
            (whole with { Flags = whole.Flags | segment, PayloadSize = (uint)length }).Write(Reserve(MessageHeader.Size));
            WriteBytes(copy.AsSpan(offset, length));
        }
        ArrayPool<byte>.Shared.Return(copy);
    }

    public void WriteControl(ControlCommand command, bool fromServer, uint data = 0)
    {
        var flags = HeaderFlags.Control | (fromServer ? HeaderFlags.FromServer : 0) | (BigEndian ? HeaderFlags.BigEndian : 0);
        new MessageHeader((byte)command, flags, data).Write(Reserve(MessageHeader.Size));
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialSize, Math.Max(_buffer.Length * 2, _count + count)));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
