namespace ModelManager.Models.Dense;

/// <summary>A few spare objects, taken and given back without a lock and without allocating. More than are kept go to the garbage collector.</summary>
internal sealed class Pool<T>(Func<T> make) where T : class
{
    private readonly T?[] _spare = new T?[Environment.ProcessorCount + 2];

    public T Take()
    {
        for (var i = 0; i < _spare.Length; i++)
            if (_spare[i] is not null && Interlocked.Exchange(ref _spare[i], null) is { } taken)
                return taken;
        return make();
    }

    public void Give(T spare)
    {
        for (var i = 0; i < _spare.Length; i++)
            if (_spare[i] is null && Interlocked.CompareExchange(ref _spare[i], spare, null) is null)
                return;
    }

    /// <summary>Takes all there are, so that they can be disposed.</summary>
    public IEnumerable<T> Drain()
    {
        for (var i = 0; i < _spare.Length; i++)
            if (Interlocked.Exchange(ref _spare[i], null) is { } taken)
                yield return taken;
    }
}
