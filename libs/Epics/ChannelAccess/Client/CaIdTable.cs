namespace ModelManager.Epics.ChannelAccess.Client;

/// <summary>Gives out the ids a client puts into requests, and finds what they stand for when answers come. Reading takes no lock.</summary>
/// <remarks>An id holds a slot and a generation, so an answer that comes late for an id given up does not meet its successor.</remarks>
public sealed class CaIdTable<T> where T : class
{
    private const int SlotBits = 20;
    private const uint SlotMask = (1u << SlotBits) - 1;
    private readonly Lock _gate = new();
    private readonly Stack<int> _free = new();
    private Slot[] _slots = new Slot[16];
    private int _used;

    private struct Slot
    {
        public T? Item;
        public uint Id;
    }

    public int Count { get; private set; }

    /// <exception cref="InvalidOperationException">All of a million ids are in use.</exception>
    public uint Add(T item)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out var index))
            {
                if (_used > SlotMask)
                    throw new InvalidOperationException($"more than {SlotMask + 1} requests of one kind are open");
                if (_used == _slots.Length)
                    Array.Resize(ref _slots, _slots.Length * 2);
                index = _used++;
            }
            ref var slot = ref _slots[index];
            var generation = (slot.Id >> SlotBits) + 1;
            slot.Id = (generation << SlotBits) | (uint)index;
            Volatile.Write(ref slot.Item, item);
            Count++;
            return slot.Id;
        }
    }

    public T? Find(uint id)
    {
        var slots = Volatile.Read(ref _slots);
        var index = id & SlotMask;
        if (index >= slots.Length)
            return null;
        var item = Volatile.Read(ref slots[index].Item);
        return item is not null && slots[index].Id == id ? item : null;
    }

    /// <summary>What the id stood for; it may be given out again.</summary>
    public T? Remove(uint id)
    {
        lock (_gate)
        {
            var index = id & SlotMask;
            if (index >= _slots.Length || _slots[index].Id != id || _slots[index].Item is not { } item)
                return null;
            Volatile.Write(ref _slots[index].Item, null);
            _free.Push((int)index);
            Count--;
            return item;
        }
    }

    public List<T> Items()
    {
        lock (_gate)
            return _slots.Where(slot => slot.Item is not null).Select(slot => slot.Item!).ToList();
    }
}
