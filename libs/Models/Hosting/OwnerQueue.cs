namespace ModelManager.Models;

/// <summary>The waiting calls of one owner, oldest first: a list through the calls themselves, so that queueing allocates nothing.</summary>
internal sealed class OwnerQueue(string owner)
{
    private ModelCall? _first, _last;

    public string Owner { get; } = owner;
    public int Count { get; private set; }
    public int Leases { get; set; }
    public ModelCall? First => _first;

    /// <summary>The next owner in the ring of those with waiting calls; null when this one is not in it.</summary>
    public OwnerQueue? NextInRing { get; set; }

    public void Add(ModelCall call)
    {
        call.Next = null;
        if (_last is null)
            _first = call;
        else
            _last.Next = call;
        _last = call;
        Count++;
    }

    public ModelCall Take()
    {
        var call = _first!;
        _first = call.Next;
        if (_first is null)
            _last = null;
        call.Next = null;
        Count--;
        return call;
    }
}
