namespace ModelManager.Formulas;

/// <summary>The running variables in force while a body is bound.</summary>
internal sealed class Scope
{
    public const int MaxSlots = 16;

    private readonly Dictionary<string, Stack<Node>> _names = new(StringComparer.Ordinal);

    public int Depth { get; private set; }

    public Node? Find(string name) => _names.TryGetValue(name, out var stack) && stack.Count > 0 ? stack.Peek() : null;

    /// <summary>Runs <paramref name="bind"/> with the name standing for the node.</summary>
    public T With<T>(string name, Node node, Func<T> bind)
    {
        if (!_names.TryGetValue(name, out var stack))
            _names[name] = stack = new();
        stack.Push(node);
        Depth++;
        try
        {
            return bind();
        }
        finally
        {
            Depth--;
            stack.Pop();
        }
    }
}
