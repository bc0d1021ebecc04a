using System.Net;

namespace ModelManager.Epics.Net;

/// <summary>Where a search came from, so that it can be answered now or later.</summary>
internal readonly record struct SearchOrigin(PvaServerSession? Session, IPEndPoint? ReplyTo, bool BigEndian);

/// <summary>Searches for names that have no server at this moment, kept for a while and bounded: the oldest goes first.</summary>
/// <remarks>The time is passed in. Safe for use from several threads.</remarks>
internal sealed class ParkedSearches(int capacity, TimeSpan lifetime)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Parked> _byAge = new();
    private readonly Dictionary<(string Name, SearchOrigin Origin, uint Id), LinkedListNode<Parked>> _known = [];

    public int Count
    {
        get
        {
            lock (_lock)
                return _known.Count;
        }
    }

    public void Add(string name, uint id, uint sequence, SearchOrigin origin, TimeSpan now)
    {
        lock (_lock)
        {
            Expire(now);
            if (_known.Remove((name, origin, id), out var again))
                _byAge.Remove(again);
            if (_byAge.Count >= capacity)
                Drop(_byAge.First!);
            _known.Add((name, origin, id), _byAge.AddLast(new Parked(name, id, sequence, origin, now + lifetime)));
        }
    }

    /// <summary>Takes out what was searched under a name.</summary>
    public List<Parked> Take(string name, TimeSpan now)
    {
        var found = new List<Parked>();
        lock (_lock)
        {
            Expire(now);
            for (var node = _byAge.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Name == name)
                {
                    found.Add(node.Value);
                    Drop(node);
                }
                node = next;
            }
        }
        return found;
    }

    public void Forget(PvaServerSession session)
    {
        lock (_lock)
            for (var node = _byAge.First; node is not null;)
            {
                var next = node.Next;
                if (ReferenceEquals(node.Value.Origin.Session, session))
                    Drop(node);
                node = next;
            }
    }

    private void Expire(TimeSpan now)
    {
        while (_byAge.First is { } oldest && oldest.Value.Expires <= now)
            Drop(oldest);
    }

    private void Drop(LinkedListNode<Parked> node)
    {
        _byAge.Remove(node);
        _known.Remove((node.Value.Name, node.Value.Origin, node.Value.Id));
    }

    internal readonly record struct Parked(string Name, uint Id, uint Sequence, SearchOrigin Origin, TimeSpan Expires);
}
