namespace ModelManager.Models;

/// <summary>Waiting calls of all owners. Owners take turns, one call each, however many calls one of them has waiting. Not thread-safe: the host's lock guards it.</summary>
internal sealed class FairQueue
{
    private OwnerQueue? _last;        // the ring's tail; its NextInRing is whose turn it is

    public int Count { get; private set; }

    public void Add(ModelCall call)
    {
        var queue = call.Lease.Queue;
        queue.Add(call);
        Count++;
        if (queue.NextInRing is null)
            Enter(queue);
    }

    /// <summary>The next call whose model may be entered now; false when none waits, or all that wait are for models that keep state and are busy.</summary>
    public bool TryTake(out ModelCall call)
    {
        if (BeforeNextReady() is not { } previous)
        {
            call = null!;
            return false;
        }
        var queue = previous.NextInRing!;
        call = queue.Take();
        Count--;
        Leave(previous, queue);
        if (queue.Count > 0)
            Enter(queue);              // behind all the others
        return true;
    }

    /// <summary>Whether <see cref="TryTake"/> would find one.</summary>
    public bool HasReady() => BeforeNextReady() is not null;

    private OwnerQueue? BeforeNextReady()
    {
        if (_last is null)
            return null;
        var previous = _last;
        do
        {
            var queue = previous.NextInRing!;
            if (queue.First!.Lease.Loaded is not { IsExclusive: true, InFlight: > 0 })
                return previous;
            previous = queue;
        }
        while (!ReferenceEquals(previous, _last));
        return null;
    }

    /// <summary>Everything that waits, for a host that closes.</summary>
    public List<ModelCall> TakeAll()
    {
        var calls = new List<ModelCall>();
        while (_last is { } last)
        {
            var queue = last.NextInRing!;
            while (queue.Count > 0)
                calls.Add(queue.Take());
            Leave(last, queue);
        }
        Count = 0;
        return calls;
    }

    private void Enter(OwnerQueue queue)
    {
        queue.NextInRing = _last is null ? queue : _last.NextInRing;
        if (_last is not null)
            _last.NextInRing = queue;
        _last = queue;
    }

    private void Leave(OwnerQueue previous, OwnerQueue queue)
    {
        if (ReferenceEquals(previous, queue))
            _last = null;
        else
        {
            previous.NextInRing = queue.NextInRing;
            if (ReferenceEquals(_last, queue))
                _last = previous;
        }
        queue.NextInRing = null;
    }
}
