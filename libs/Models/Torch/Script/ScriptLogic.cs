namespace ModelManager.Models.Torch.Script;

/// <summary>Operators on numbers, texts and None: what the modules of torch check before they compute.</summary>
internal static class ScriptLogic
{
    /// <exception cref="ScriptRefusal">Not an operator that is run here.</exception>
    public static object? Call(ScriptArguments a)
    {
        switch (a.Name)
        {
            case "torch.eq" or "torch.ne" or "torch.lt" or "torch.gt" or "torch.le" or "torch.ge" when a.Value(0) is long or double or string or bool:
                return Compare(a.Name, a.Value(0), a.Value(1));
            case "torch.__is__":
                return IsNone(a, 0) == IsNone(a, 1) && (IsNone(a, 0) || ReferenceEquals(a.Value(0), a.Value(1)));
            case "torch.__isnot__":
                return IsNone(a, 0) != IsNone(a, 1) || (!IsNone(a, 0) && !ReferenceEquals(a.Value(0), a.Value(1)));
            case "torch.__not__" when a.Value(0) is bool flag:
                return !flag;
            case "torch.__and__" when (a.Value(0), a.Value(1)) is (bool left, bool right):
                return left & right;
            case "torch.__or__" when (a.Value(0), a.Value(1)) is (bool left, bool right):
                return left | right;
            case "torch.len" when a.Value(0) is ScriptList list:
                return (long)list.Items.Count;
            case "torch.format":
                a.Ignore(int.MaxValue);
                return a.Value(0);
            case "torch._unwrap_optional" or "ops.prim.NumToTensor" or "ops.prim.unchecked_unwrap_optional":
                return a.Value(0);
            case "ops.prim.RaiseException":
                throw new ScriptRefusal($"the model raises an error here: {ScriptValue.Describe(a.Value(0))}");
            default:
                throw new ScriptRefusal($"{a.Name}{(a.Name.StartsWith("torch.", StringComparison.Ordinal) ? ", called like this," : "")} is not an operation that is run here");
        }
    }

    public static object Numbers(string name, object left, object right, double alpha)
    {
        if (alpha == 1 && left is long i && right is long j && name != "torch.div")
            return name switch { "torch.add" => i + j, "torch.mul" => i * j, _ => i - j };
        var (x, y) = (Convert.ToDouble(left), Convert.ToDouble(right));
        return name switch { "torch.add" => x + alpha * y, "torch.mul" => x * y, "torch.div" => x / y, _ => x - alpha * y };
    }

    private static bool IsNone(ScriptArguments a, int position) => a.Value(position) is null;

    private static bool Compare(string name, object? left, object? right)
    {
        if (left is string or bool)
            return name switch { "torch.eq" => Equals(left, right), "torch.ne" => !Equals(left, right), _ => throw new ScriptRefusal($"{name} of {ScriptValue.Describe(left)}") };
        if (right is not (long or double))
            throw new ScriptRefusal($"{name} of {ScriptValue.Describe(right)}");
        var (x, y) = (Convert.ToDouble(left), Convert.ToDouble(right));
        return name switch { "torch.eq" => x == y, "torch.ne" => x != y, "torch.lt" => x < y, "torch.gt" => x > y, "torch.le" => x <= y, _ => x >= y };
    }
}
