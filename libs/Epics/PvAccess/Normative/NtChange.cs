namespace ModelManager.Epics.PvAccess;

/// <summary>Sets a field, and its bit where that changed it. A field that the type does not have (-1) is passed over.</summary>
internal static class NtChange
{
    public static void Integer(PvaStructure value, BitMask changed, int index, long to)
    {
        if (index < 0 || value.Cells[index].Bits == to)
            return;
        value.SetInt64(index, to);
        changed.Set(index);
    }

    public static void Number(PvaStructure value, BitMask changed, int index, double to)
    {
        if (index < 0)
            return;
        var bits = Cell.ToBits(value.Layout.Nodes[index].Code, to);
        if (value.Cells[index].Bits == bits)
            return;
        value.Cells[index].Bits = bits;
        changed.Set(index);
    }

    public static void Text(PvaStructure value, BitMask changed, int index, string to)
    {
        if (index < 0 || string.Equals(value.Cells[index].Ref as string ?? "", to, StringComparison.Ordinal))
            return;
        value.SetString(index, to);
        changed.Set(index);
    }
}
