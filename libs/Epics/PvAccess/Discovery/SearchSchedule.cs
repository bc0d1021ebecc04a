namespace ModelManager.Epics.PvAccess;

/// <summary>When which name is searched for again: at once, then every second for a while, then ever more rarely; no more than so many names at a time. Pure: the time is passed in.</summary>
/// <remarks>Ten thousand lost PVs make about 200 datagrams a second at first and 7 in the long run. Not safe for several threads.</remarks>
public sealed class SearchSchedule
{
    /// <summary>Names asked for within this time travel in one datagram.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>A server that restarts is back within this many seconds: so long we ask every second.</summary>
    public const int EagerAttempts = 20;

    public static readonly TimeSpan EagerInterval = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(30);

    private readonly Dictionary<uint, Entry> _entries = [];
    private readonly PriorityQueue<(uint Id, long Due), long> _due = new();

    public int Count => _entries.Count;

    /// <summary>When the next search is due; null when nothing is searched for.</summary>
    public long? NextDue
    {
        get
        {
            while (_due.TryPeek(out var top, out _) && !(_entries.TryGetValue(top.Id, out var entry) && entry.Due == top.Due))
                _due.Dequeue();
            return _due.TryPeek(out var next, out _) ? next.Due : null;
        }
    }

    /// <summary>Searches for a name from now on.</summary>
    /// <param name="now">Milliseconds of a monotonic clock.</param>
    public void Add(uint id, string name, long now, TimeSpan? delay = null) => Put(id, new Entry(name, 0, now + (long)(delay ?? FirstDelay).TotalMilliseconds));

    /// <returns>False where it was not searched for.</returns>
    public bool Remove(uint id) => _entries.Remove(id);

    /// <summary>A server has appeared: every name is asked for once, soon.</summary>
    public void Nudge(long now)
    {
        foreach (var (id, entry) in _entries.ToArray())
            if (entry.Due > now)
                Put(id, entry with { Due = now, Attempts = Math.Min(entry.Attempts, EagerAttempts / 2) });
    }

    /// <summary>The names due now, at most <paramref name="limit"/>; each is scheduled again.</summary>
    public int Take(long now, int limit, List<SearchName> into)
    {
        var taken = 0;
        while (taken < limit && NextDue is { } due && due <= now)
        {
            var (id, _) = _due.Dequeue();
            var entry = _entries[id];
            into.Add(new(id, entry.Name));
            taken++;
            Put(id, entry with { Attempts = entry.Attempts + 1, Due = now + (long)IntervalAfter(entry.Attempts + 1).TotalMilliseconds });
        }
        return taken;
    }

    /// <summary>Every name searched for, for a name server that has just been reached.</summary>
    public void TakeAll(List<SearchName> into)
    {
        foreach (var (id, entry) in _entries)
            into.Add(new(id, entry.Name));
    }

    public static TimeSpan IntervalAfter(int attempts)
    {
        if (attempts <= EagerAttempts)
            return EagerInterval;
        var interval = EagerInterval * Math.Pow(2, Math.Min(attempts - EagerAttempts, 10));
        return interval < LongestInterval ? interval : LongestInterval;
    }

    private void Put(uint id, Entry entry)
    {
        _entries[id] = entry;
        _due.Enqueue((id, entry.Due), entry.Due);
    }

    private readonly record struct Entry(string Name, int Attempts, long Due);
}
