using System.Collections.Concurrent;

namespace ModelManager.Epics.PvAccess;

/// <summary>Keeps one object for equal types: thousands of channels of a client have a handful of them. Bounded; beyond that every channel keeps its own.</summary>
public sealed class TypePool(int capacity = 4096)
{
    private readonly ConcurrentDictionary<FieldDesc, FieldDesc> _types = new();

    public FieldDesc Intern(FieldDesc type)
    {
        if (_types.TryGetValue(type, out var known))
            return known;
        return _types.Count < capacity ? _types.GetOrAdd(type, type) : type;
    }
}
