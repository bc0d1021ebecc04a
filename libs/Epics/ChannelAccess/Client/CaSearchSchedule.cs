using System.Buffers;

namespace ModelManager.Epics.ChannelAccess.Client;

/// <summary>Bounds of search traffic.</summary>
/// <param name="FirstDelay">Until the second attempt; then doubling.</param>
/// <param name="FreshPeriod">Longest interval while a name is new or was just lost.</param>
/// <param name="FreshFor">How long a name counts as new.</param>
/// <param name="MaxPeriod">Longest interval ever (EPICS_CA_MAX_SEARCH_PERIOD).</param>
/// <param name="DatagramsPerSecond">Sustained packet rate, however many names are lost.</param>
/// <param name="Burst">Packets that may go at once after a quiet time.</param>
public sealed record CaSearchLimits(TimeSpan FirstDelay, TimeSpan FreshPeriod, TimeSpan FreshFor, TimeSpan MaxPeriod, double DatagramsPerSecond, int Burst)
{
    public static CaSearchLimits Default { get; } = new(
        TimeSpan.FromMilliseconds(32), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30), DatagramsPerSecond: 400, Burst: 64);
}

/// <summary>Which names are searched when, and the datagrams for it. Times are readings of one monotonic clock. Not safe for use from several threads.</summary>
public sealed class CaSearchSchedule(CaSearchLimits limits)
{
    /// <summary>Largest datagram: below every common MTU.</summary>
    public const int MaxDatagram = 1400;

    private sealed class Entry(uint cid, string name)
    {
        public uint Cid { get; } = cid;
        public string Name { get; } = name;
        public TimeSpan Since { get; set; }
        public TimeSpan Delay { get; set; }
        public TimeSpan Due { get; set; }
        public bool IsActive { get; set; } = true;
    }

    private readonly Dictionary<uint, Entry> _entries = [];
    private PriorityQueue<(Entry Entry, TimeSpan Due), TimeSpan> _queue = new();
    private double _tokens = limits.Burst;
    private TimeSpan _refilled;
    private uint _sequence;

    public int Count => _entries.Count;

    /// <summary>Search attempts of names so far.</summary>
    public long Attempts { get; private set; }

    public void Add(uint cid, string name, TimeSpan now)
    {
        var entry = new Entry(cid, name) { Since = now, Delay = limits.FirstDelay, Due = now };
        _entries[cid] = entry;
        _queue.Enqueue((entry, now), now);
    }

    public bool Remove(uint cid)
    {
        if (!_entries.Remove(cid, out var entry))
            return false;
        entry.IsActive = false;
        return true;
    }

    /// <summary>Searches every name soon again: a server came up (a beacon said so, or a name server is back).</summary>
    public void Boost(TimeSpan now)
    {
        _queue = new();
        foreach (var entry in _entries.Values)
        {
            (entry.Since, entry.Delay, entry.Due) = (now, limits.FirstDelay, now);
            _queue.Enqueue((entry, now), now);
        }
    }

    /// <summary>When <see cref="TryFill"/> has something to do next; null while nothing is searched.</summary>
    public TimeSpan? NextDue(TimeSpan now)
    {
        DropStale();
        if (!_queue.TryPeek(out _, out var due))
            return null;
        Refill(now);
        if (_tokens >= 1)
            return due;
        var token = now + TimeSpan.FromSeconds((1 - _tokens) / limits.DatagramsPerSecond);
        return token > due ? token : due;
    }

    /// <summary>Writes the next datagram that is due; false when none is, or the packet rate does not allow one now.</summary>
    public bool TryFill(TimeSpan now, ArrayBufferWriter<byte> datagram)
    {
        Refill(now);
        DropStale();
        if (_tokens < 1 || !_queue.TryPeek(out _, out var first) || first > now)
            return false;
        CaWriter.SearchSequence(datagram, ++_sequence);
        while (_queue.TryPeek(out var head, out var due) && due <= now)
        {
            if (!IsCurrent(head.Entry, head.Due))
            {
                _queue.Dequeue();
                continue;
            }
            if (datagram.WrittenCount + CaWriter.SearchSize(head.Entry.Name) > MaxDatagram && datagram.WrittenCount > CaHeader.Size)
                break;
            _queue.Dequeue();
            CaWriter.Search(datagram, head.Entry.Cid, head.Entry.Name);
            Attempts++;
            Reschedule(head.Entry, now);
        }
        _tokens--;
        return true;
    }

    private void Reschedule(Entry entry, TimeSpan now)
    {
        entry.Due = now + entry.Delay;
        var longest = now - entry.Since < limits.FreshFor ? limits.FreshPeriod : limits.MaxPeriod;
        entry.Delay = entry.Delay * 2 < longest ? entry.Delay * 2 : longest;
        _queue.Enqueue((entry, entry.Due), entry.Due);
    }

    private void Refill(TimeSpan now)
    {
        if (now <= _refilled)
            return;
        _tokens = Math.Min(limits.Burst, _tokens + (now - _refilled).TotalSeconds * limits.DatagramsPerSecond);
        _refilled = now;
    }

    private void DropStale()
    {
        while (_queue.TryPeek(out var head, out _) && !IsCurrent(head.Entry, head.Due))
            _queue.Dequeue();
    }

    private static bool IsCurrent(Entry entry, TimeSpan due) => entry.IsActive && entry.Due == due;
}
