namespace ModelManager.Models.Torch;

// What a pickle builds here: inert data. Numbers, strings, booleans and None are long, double, string, bool and null.

/// <summary>The name of a Python class or function. It is never looked up.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

internal sealed record PickleTuple(object?[] Items);

internal sealed class PickleList
{
    public List<object?> Items { get; } = [];
}

/// <summary>A dict or OrderedDict with string keys, in order of insertion. Number keys are kept as "#n"; others occur in no module that is loaded.</summary>
internal sealed class PickleDict
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    public IReadOnlyList<string> Keys => _order;
    public int Count => _order.Count;
    public object? this[string key] => _values[key];
    public bool TryGet(string key, out object? value) => _values.TryGetValue(key, out value);

    public void Set(string key, object? value)
    {
        if (_values.TryAdd(key, value))
            _order.Add(key);
        else
            _values[key] = value;
    }
}

/// <summary>A set, kept as the number of its elements: modules only have empty ones, or names of buffers that are not saved.</summary>
internal sealed record PickleSet(int Count);

/// <summary>An object of an allowed class: its name and the attributes that were saved.</summary>
internal sealed class PickleObject(PickleGlobal type)
{
    public PickleGlobal Type { get; } = type;
    public PickleDict? State { get; set; }
}
