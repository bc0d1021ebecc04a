namespace ModelManager.Models.Torch.Script;

/// <summary>What an operator was called with, read by position and keyword, with torch's defaults; whatever was not read is refused in the end.</summary>
internal sealed class ScriptArguments(string name, IReadOnlyList<object?> given, IReadOnlyDictionary<string, object?> named)
{
    private int _read;
    private readonly HashSet<string> _readNames = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public object? Value(int position, string keyword, object? ifAbsent)
    {
        _read = Math.Max(_read, position + 1);
        if (position >= 0 && position < given.Count)
            return given[position];
        return named.TryGetValue(keyword, out var value) && _readNames.Add(keyword) ? value : ifAbsent;
    }

    public object? Value(int position) => position < given.Count ? Value(position, "", null) : throw new ScriptRefusal($"{Name} is called with {given.Count} arguments");

    /// <summary>The rows that go through the network.</summary>
    public ScriptRows Rows(int position) => Value(position) switch
    {
        ScriptRows { IsOverwritten: true } => throw new ScriptRefusal($"{Name} uses rows that another operation changed in place"),
        ScriptRows rows => rows,
        var other => throw new ScriptRefusal($"{Name} is called with {ScriptValue.Describe(other)} where the rows are expected"),
    };

    public ScriptTensor? OptionalTensor(int position, string keyword) => Value(position, keyword, null) switch
    {
        null => null,
        ScriptTensor tensor => tensor,
        ScriptRows => throw new ScriptRefusal($"{Name} has a weight that depends on the input"),
        var other => throw new ScriptRefusal($"{Name} has {ScriptValue.Describe(other)} for its {keyword}, expected a tensor"),
    };

    public ScriptTensor Tensor(int position, string keyword) => OptionalTensor(position, keyword) ?? throw new ScriptRefusal($"{Name} has no {keyword}");

    public double Number(int position, string keyword, double ifAbsent) => Value(position, keyword, ifAbsent) switch
    {
        double number => number,
        long integer => integer,
        ScriptTensor { Rank: 0, Values: [var only] } => only,
        var other => throw new ScriptRefusal($"{Name} has {ScriptValue.Describe(other)} for its {keyword}, expected a number"),
    };

    public bool Flag(int position, string keyword, bool ifAbsent) => Value(position, keyword, ifAbsent) is bool flag ? flag : throw new ScriptRefusal($"{Name} has a {keyword} that is neither true nor false");

    /// <summary>Marks arguments that say nothing about the result.</summary>
    public void Ignore(int count, params ReadOnlySpan<string> keywords)
    {
        _read = Math.Max(_read, count);
        foreach (var keyword in keywords)
            _readNames.Add(keyword);
    }

    public void RefuseUnread()
    {
        if (_read < given.Count || named.Keys.FirstOrDefault(k => !_readNames.Contains(k)) is not null)
            throw new ScriptRefusal($"{Name} is called with an argument that is not known of it");
    }
}
