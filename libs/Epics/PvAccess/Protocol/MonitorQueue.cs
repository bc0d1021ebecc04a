namespace ModelManager.Epics.PvAccess;

/// <summary>The updates of one subscription that wait to be sent: bounded; when full, the newest values are merged into the last entry and counted. Locks itself.</summary>
/// <remarks>epics-protocol section 4 MONITOR: queue, squash, overrun; pipelined subscriptions send no more than the client has room for.</remarks>
public sealed class MonitorQueue
{
    private readonly Lock _lock = new();
    private readonly StructureLayout _layout;
    private readonly BitMask _wanted;
    private readonly bool _pipelined;
    private readonly BitMask _incoming = new();
    private MonitorSlot?[] _slots;
    private readonly int _capacity;
    private int _head;
    private int _count;
    private long _window;
    private bool _started;

    /// <param name="wanted">Leaf bits of the fields the client asked for.</param>
    /// <param name="capacity">Entries before squashing begins.</param>
    /// <param name="window">How many updates a pipelining client has room for; null where it does not pipeline.</param>
    public MonitorQueue(StructureLayout layout, BitMask wanted, int capacity, uint? window)
    {
        (_layout, _wanted, _capacity) = (layout, wanted, Math.Max(1, capacity));
        _slots = new MonitorSlot?[Math.Min(_capacity, 4)];
        _pipelined = window is not null;
        _window = window ?? 0;
    }

    /// <summary>Updates that were merged into a later one before they could be sent.</summary>
    public long Squashed { get; private set; }

    public bool IsFull
    {
        get
        {
            lock (_lock)
                return _count >= _capacity;
        }
    }

    /// <summary>Adds what changed, in the fields asked for. The cells are copied, arrays are shared.</summary>
    /// <returns>Set when there is now something to send.</returns>
    public bool Post(PvaStructure source, BitMask changed)
    {
        lock (_lock)
        {
            _incoming.CopyFrom(changed);
            _incoming.And(_wanted);
            if (_incoming.IsEmpty)
                return false;
            MonitorSlot slot;
            if (_count < _capacity)
            {
                if (_count == _slots.Length)
                    Grow();
                slot = _slots[Index(_count)] ??= new MonitorSlot(_layout);
                slot.Changed.CopyFrom(_incoming);
                slot.Overrun.Clear();
                _count++;
            }
            else
            {
                slot = _slots[Index(_count - 1)]!;
                slot.Overrun.OrIntersection(slot.Changed, _incoming);
                slot.Changed.Or(_incoming);
                Squashed++;
            }
            for (var i = _incoming.Next(0); i >= 0; i = _incoming.Next(i + 1))
                slot.Cells[i] = source.Cells[i];
            return CanSend;
        }
    }

    /// <summary>Begins or stops sending; what waits is kept.</summary>
    /// <returns>Set when there is now something to send.</returns>
    public bool Start(bool start)
    {
        lock (_lock)
        {
            _started = start;
            return CanSend;
        }
    }

    /// <summary>The client has room for more.</summary>
    /// <returns>Set when there is now something to send.</returns>
    public bool Acknowledge(uint count)
    {
        lock (_lock)
        {
            _window = Math.Min(_window + count, uint.MaxValue);
            return CanSend;
        }
    }

    /// <summary>Writes the oldest update as one MONITOR message, if one may go out now.</summary>
    public bool TryWrite(ServerProtocol protocol, ServerOperation operation)
    {
        lock (_lock)
        {
            if (!CanSend)
                return false;
            var slot = _slots[_head]!;
            protocol.WriteUpdate(operation, slot);
            slot.Release();
            _count--;
            // An empty queue begins at the front again: a subscriber that keeps up needs one slot only.
            _head = _count == 0 ? 0 : (_head + 1) % _slots.Length;
            if (_pipelined)
                _window--;
            return true;
        }
    }

    private bool CanSend => _started && _count > 0 && (!_pipelined || _window > 0);

    private int Index(int offset) => (_head + offset) % _slots.Length;

    private void Grow()
    {
        var larger = new MonitorSlot?[Math.Min(_capacity, _slots.Length * 2)];
        for (var i = 0; i < _count; i++)
            larger[i] = _slots[Index(i)];
        (_slots, _head) = (larger, 0);
    }
}

/// <summary>One update that waits.</summary>
public sealed class MonitorSlot(StructureLayout layout)
{
    internal readonly Cell[] Cells = new Cell[layout.Count];

    public StructureLayout Layout { get; } = layout;
    public BitMask Changed { get; } = new();
    public BitMask Overrun { get; } = new();

    // Arrays are large: nothing keeps them once they are sent.
    internal void Release()
    {
        for (var i = Changed.Next(0); i >= 0; i = Changed.Next(i + 1))
            if (Cells[i].Ref is not (null or string))
                Cells[i].Ref = null;
        Changed.Clear();
    }
}
