using System.Buffers;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>Messages of one circuit that wait to be sent. Writers append under <see cref="Gate"/>; the transport takes all of them at once.</summary>
/// <param name="congestedAt">Waiting bytes from which on the circuit counts as slow.</param>
/// <param name="wake">Called (under the gate, must not block) when bytes wait and the transport has nothing in hand.</param>
public sealed class CaOutbox(int congestedAt, Action wake) : IBufferWriter<byte>, IDisposable
{
    private const int InitialSize = 4096;
    private const int KeptSize = 64 * 1024;
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(InitialSize);
    private byte[] _sending = [];
    private int _filled;
    private bool _awake;
    private bool _closed;

    /// <summary>Held while messages are appended, so that each is written whole and in order.</summary>
    public Lock Gate { get; } = new();

    public int Waiting => _filled;

    /// <summary>Set while the peer takes less than it is given: monitor updates then wait in their subscription, newest wins.</summary>
    public bool IsCongested => _filled >= congestedAt;

    /// <summary>Nothing is taken in any more.</summary>
    public bool IsClosed => _closed;

    /// <summary>Everything that waits; empty = the transport may sleep until <c>wake</c>. What was taken before is given back by this call.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        lock (Gate)
        {
            if (_filled == 0)
            {
                _awake = false;
                ReturnLarge(ref _sending);
                return default;
            }
            (_sending, _filling) = (_filling, _sending);
            var taken = _sending.AsMemory(0, _filled);
            _filled = 0;
            return taken;
        }
    }

    /// <summary>Room for a message of this many bytes; call <see cref="Advance"/> after writing. Under the gate.</summary>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        var needed = _filled + Math.Max(sizeHint, CaHeader.ExtendedSize);
        if (needed > _filling.Length)
            Grow(needed);
        return _filling.AsSpan(_filled);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return _filling.AsMemory(_filled);
    }

    public void Advance(int count)
    {
        if (_closed)
            return;
        _filled += count;
        if (_awake)
            return;
        _awake = true;
        wake();
    }

    /// <summary>Nothing more is taken in: later writes are lost. What waits is still handed out, then the transport ends.</summary>
    public void Complete()
    {
        lock (Gate)
        {
            if (_closed)
                return;
            _closed = true;
            wake();
        }
    }

    /// <summary>Nothing is sent any more.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            Complete();
            _filled = 0;
            // The transport may still be sending from the other buffer: it is left to the collector, never to the pool.
            if (_filling.Length > 0)
                ArrayPool<byte>.Shared.Return(_filling);
            _filling = [];
        }
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _filling.Length * 2));
        _filling.AsSpan(0, _filled).CopyTo(larger);
        if (_filling.Length > 0)
            ArrayPool<byte>.Shared.Return(_filling);
        _filling = larger;
    }

    private static void ReturnLarge(ref byte[] buffer)
    {
        if (buffer.Length <= KeptSize)
            return;
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }
}
