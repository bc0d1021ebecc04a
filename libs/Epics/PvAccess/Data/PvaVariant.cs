namespace ModelManager.Epics.PvAccess;

/// <summary>The value of a union (a member selected) or of an any (a type of its own).</summary>
/// <param name="selector">The member of the union; -1 for null and for any.</param>
public sealed class PvaVariant(FieldDesc? type, int selector = -1)
{
    public FieldDesc? Type { get; internal set; } = type;
    public int Selector { get; internal set; } = selector;

    /// <summary>The value: a <see cref="PvaStructure"/> for structures, otherwise as in <see cref="PvaStructure.Cells"/>.</summary>
    internal Cell Value;

    public bool IsNull => Type is null;

    /// <summary>The value as a .NET object; null where none is selected.</summary>
    public object? Box() => Type is null ? null : PvaBox.Box(Type.Code, ref Value);

    public static PvaVariant Any(FieldDesc type, object value)
    {
        var variant = new PvaVariant(type);
        variant.Value = PvaBox.Unbox(type, value);
        return variant;
    }

    public static PvaVariant Select(FieldDesc union, string member, object value)
    {
        var index = union.IndexOf(member);
        if (index < 0)
            throw new ArgumentException($"the union has no member '{member}'", nameof(member));
        var variant = new PvaVariant(union.Members[index], index);
        variant.Value = PvaBox.Unbox(union.Members[index], value);
        return variant;
    }
}
