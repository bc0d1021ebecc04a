using System.Buffers;

namespace ModelManager.Epics.PvAccess;

/// <summary>Bytes in, whole messages out: finds the borders and joins segments. Its buffer is where the socket receives, so a message is read where it arrived.</summary>
/// <remarks>The payload of a message is valid until the next call of <see cref="GetMemory"/>.</remarks>
public sealed class MessageAssembler(int maxMessageSize) : IDisposable
{
    /// <summary>Enough for the largest image anybody served so far; more than this is refused.</summary>
    public const int DefaultMaxMessageSize = 256 * 1024 * 1024;

    private const int ReceiveSize = 16 * 1024;
    private const int KeptSize = 8 * 1024 * 1024;
    private byte[] _buffer = [];
    private int _start;
    private int _end;
    private byte[] _joined = [];
    private int _joinedCount;
    private MessageHeader? _open;

    public MessageAssembler() : this(DefaultMaxMessageSize)
    {
    }

    /// <summary>Bytes received and not yet part of a message that was read.</summary>
    public int Pending => _end - _start + _joinedCount;

    /// <summary>Where to receive to: the rest of a message that has begun fits, where its size is known.</summary>
    public Memory<byte> GetMemory()
    {
        var wanted = ReceiveSize;
        if (_end - _start >= MessageHeader.Size && MessageHeader.TryRead(_buffer.AsSpan(_start, _end - _start), out var header) && !header.IsControl)
            wanted = Math.Max(wanted, (int)Math.Min(header.PayloadSize + MessageHeader.Size, Grown()) - (_end - _start));
        if (_start == _end)
            _start = _end = 0;
        if (_buffer.Length - _end < wanted)
            MakeRoom(wanted);
        return _buffer.AsMemory(_end);
    }

    // A size is only an announcement: room is made for twice what has really come, so a lie costs the liar as much as us.
    private long Grown() => Math.Max(1 << 20, 2L * (_end - _start));

    /// <summary>That many bytes were received into <see cref="GetMemory"/>.</summary>
    public void Advance(int count) => _end += count;

    /// <summary>Copies bytes in: for those who have them already (tests, datagrams).</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var memory = GetMemory();
            var count = Math.Min(memory.Length, bytes.Length);
            bytes[..count].CopyTo(memory.Span);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>The next whole message, segments joined. Control messages come as they are, between segments too.</summary>
    /// <exception cref="ProtocolException">Not pvAccess, or longer than accepted.</exception>
    public bool TryRead(out MessageHeader header, out ReadOnlySpan<byte> payload)
    {
        while (true)
        {
            payload = default;
            if (!MessageHeader.TryRead(_buffer.AsSpan(_start, _end - _start), out header))
                return false;
            if (header.IsControl)
            {
                _start += MessageHeader.Size;
                return true;
            }
            if ((long)header.PayloadSize + _joinedCount > maxMessageSize)
                throw new ProtocolException($"a message of {(long)header.PayloadSize + _joinedCount} bytes, {maxMessageSize} are accepted");
            if (_end - _start - MessageHeader.Size < (int)header.PayloadSize)
                return false;
            var part = _buffer.AsSpan(_start + MessageHeader.Size, (int)header.PayloadSize);
            _start += MessageHeader.Size + (int)header.PayloadSize;
            if (header.Segment == 0 && _open is null)
            {
                payload = part;
                return true;
            }
            if (Join(ref header, part))
            {
                payload = _joined.AsSpan(0, _joinedCount);
                _joinedCount = 0;
                _open = null;
                return true;
            }
        }
    }

    private bool Join(ref MessageHeader header, ReadOnlySpan<byte> part)
    {
        var continues = header.Segment is HeaderFlags.SegmentMiddle or HeaderFlags.SegmentLast;
        if (continues != _open is not null)
            throw new ProtocolException(continues ? "a segment without a first one" : $"a new message inside segmented {(Command)_open!.Value.Command}");
        if (_open is { } open && (open.Command != header.Command || open.BigEndian != header.BigEndian))
            throw new ProtocolException($"a segment of {(Command)header.Command} inside {(Command)open.Command}");
        _open ??= header;
        if (_joined.Length - _joinedCount < part.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_joined.Length * 2, _joinedCount + part.Length));
            _joined.AsSpan(0, _joinedCount).CopyTo(larger);
            Return(ref _joined);
            _joined = larger;
        }
        part.CopyTo(_joined.AsSpan(_joinedCount));
        _joinedCount += part.Length;
        if (header.Segment != HeaderFlags.SegmentLast)
            return false;
        header = header with { Flags = header.Flags & ~HeaderFlags.SegmentMiddle, PayloadSize = (uint)_joinedCount };
        return true;
    }

    private void MakeRoom(int wanted)
    {
        var held = _end - _start;
        var target = _buffer;
        if (_buffer.Length < held + wanted || (_buffer.Length > KeptSize && held + wanted < KeptSize / 4))
            target = ArrayPool<byte>.Shared.Rent(held + wanted);
        _buffer.AsSpan(_start, held).CopyTo(target);
        if (!ReferenceEquals(target, _buffer))
            Return(ref _buffer);
        _buffer = target;
        (_start, _end) = (0, held);
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    public void Dispose()
    {
        Return(ref _buffer);
        Return(ref _joined);
        (_start, _end, _joinedCount, _open) = (0, 0, 0, null);
    }
}
