using System.Buffers;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>Bytes of a stream that wait to become messages. Grows only as bytes really arrive, so a header alone can claim no memory.</summary>
/// <param name="maxPayload">Longest payload that is accepted.</param>
public sealed class CaReceiveBuffer(uint maxPayload) : IDisposable
{
    private const int InitialSize = 16 * 1024;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;

    /// <summary>Bytes that have arrived and are not consumed.</summary>
    public int Waiting => _end - _start;

    public int Capacity => _bytes.Length;

    /// <summary>Where the next bytes go; call <see cref="Advance"/> with how many came.</summary>
    public Memory<byte> Free()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _bytes.Length)
            MakeRoom();
        return _bytes.AsMemory(_end);
    }

    public void Advance(int count) => _end += count;

    /// <summary>Copies bytes in; for tests and for transports that have their own buffer.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var free = Free().Span;
            var count = Math.Min(free.Length, bytes.Length);
            bytes[..count].CopyTo(free);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>The next whole message, or false when bytes are missing. The message is valid until <see cref="Free"/> or <see cref="Append"/>.</summary>
    /// <exception cref="CaProtocolException">The stream cannot go on.</exception>
    public bool TryTake(out CaMessage message)
    {
        if (!CaMessage.TryRead(_bytes.AsSpan(_start, _end - _start), maxPayload, out message))
            return false;
        _start += message.EncodedSize;
        return true;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _start = _end = 0;
    }

    private void MakeRoom()
    {
        var waiting = Waiting;
        if (_start >= _bytes.Length / 2)
        {
            _bytes.AsSpan(_start, waiting).CopyTo(_bytes);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(_bytes.Length * 2));
            _bytes.AsSpan(_start, waiting).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        (_start, _end) = (0, waiting);
    }
}
