using ModelManager.Models.Dense;

namespace ModelManager.Models.Torch.Script;

// What a TorchScript computes with while it is read: numbers, texts, None and booleans are themselves; modules are PickleObject; functions ScriptFunction.

/// <summary>The rows on their way through the network: the input, or what one step makes of other rows. Only their number of columns is known.</summary>
/// <param name="Parent">Null = the input.</param>
internal sealed record ScriptRows(ScriptRows? Parent, Layer? Step, int Width)
{
    /// <summary>An operation in place has changed them: torch would see the result under the old name, too.</summary>
    public bool IsOverwritten { get; set; }

    public ScriptRows Then(Layer step, int width) => new(this, step, width);

    /// <summary>A step that keeps the number of columns.</summary>
    public ScriptRows Then(Layer step) => new(this, step, Width);

    // The records behind it may be thousands.
    public override string ToString() => $"rows of {Width}";
    public bool Equals(ScriptRows? other) => ReferenceEquals(this, other);
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}

/// <summary>|x|, which is no layer of its own: it is part of x / (1 + |x|).</summary>
internal sealed record AbsoluteStep : Layer;

/// <summary>A tensor that does not depend on the input.</summary>
/// <param name="IsFloat">False: integers or booleans, with which torch computes differently.</param>
internal sealed record ScriptTensor(double[] Values, int[] Shape, bool IsFloat = true)
{
    public int Rank => Shape.Length;
    public override string ToString() => $"a tensor of shape [{string.Join(", ", Shape)}]";
}

internal sealed record ScriptList(IReadOnlyList<object?> Items);

/// <summary>How many rows there are, which a model may ask for but not compute with.</summary>
internal sealed record ScriptRowCount
{
    public static ScriptRowCount Value { get; } = new();
}

internal static class ScriptValue
{
    public static string Describe(object? value) => value switch
    {
        ScriptRows => "the rows",
        ScriptTensor tensor => tensor.ToString(),
        ScriptList list => $"a list of {list.Items.Count}",
        ScriptRowCount => "the number of rows",
        ScriptFunction function => $"the function {function.Name}",
        _ => PickleReader.Describe(value),
    };
}
