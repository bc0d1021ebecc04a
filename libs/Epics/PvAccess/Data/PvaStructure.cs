using System.Globalization;

namespace ModelManager.Epics.PvAccess;

/// <summary>A structure with its values, one cell a field, in the order of its <see cref="StructureLayout"/>. Not safe for several threads.</summary>
public sealed class PvaStructure(StructureLayout layout)
{
    internal readonly Cell[] Cells = new Cell[layout.Count];

    public PvaStructure(FieldDesc type) : this(type.Layout)
    {
    }

    public StructureLayout Layout { get; } = layout;
    public FieldDesc Type => Layout.Type;

    /// <summary>The value of a field by its dotted path, as a .NET object; null where there is no such field, or nothing in it. A sub-structure comes as a copy.</summary>
    public object? this[string path]
    {
        get => Layout.IndexOf(path) is >= 0 and var index ? Get(index) : null;
        set => Set(Layout.IndexOf(path) is >= 0 and var index ? index : throw new ArgumentException($"there is no field '{path}' in {Type.Id}", nameof(path)), value!);
    }

    public bool Has(string path) => Layout.IndexOf(path) >= 0;

    public object? Get(int index)
    {
        var code = Layout.Nodes[index].Code;
        return code == PvaTypeCode.Structure ? SubStructure(index) : PvaBox.Box(code, ref Cells[index]);
    }

    /// <exception cref="ArgumentException">The value cannot be converted to the field's type.</exception>
    public void Set(int index, object value)
    {
        ref readonly var node = ref Layout.Nodes[index];
        if (node.Code != PvaTypeCode.Structure)
        {
            Cells[index] = PvaBox.Unbox(node.Type, value);
            return;
        }
        if (value is not PvaStructure structure || !structure.Type.Equals(node.Type))
            throw new ArgumentException($"'{Layout.PathOf(index)}' is a structure", nameof(value));
        for (var i = 0; i < structure.Cells.Length; i++)
            Cells[index + i] = Share(structure, i);
    }

    public double GetDouble(int index) => Cells[index].AsDouble(Layout.Nodes[index].Code);

    public long GetInt64(int index) => Cells[index].AsInt64(Layout.Nodes[index].Code);

    public string GetString(int index)
    {
        var code = Layout.Nodes[index].Code;
        return code == PvaTypeCode.String ? Cells[index].Ref as string ?? ""
            : Convert.ToString(PvaBox.Box(code, ref Cells[index]), CultureInfo.InvariantCulture) ?? "";
    }

    /// <summary>The elements where they are, without a copy; valid until the structure changes. Empty for another element type.</summary>
    public ReadOnlySpan<T> GetSpan<T>(int index) => Cells[index].Ref as T[];

    /// <summary>The array itself, which from now on nobody changes.</summary>
    public Array GetArray(int index)
    {
        Cells[index].Bits = Cell.Shared;
        return Cells[index].Ref as Array ?? PvaArrays.Create(Layout.Nodes[index].Code, 0);
    }

    public PvaVariant? GetVariant(int index) => Cells[index].Ref as PvaVariant;

    public void SetDouble(int index, double value) => Cells[index].Bits = Cell.ToBits(Layout.Nodes[index].Code, value);

    public void SetInt64(int index, long value) => Cells[index].Bits = Cell.ToBits(Layout.Nodes[index].Code, value);

    public void SetString(int index, string value) => Cells[index].Ref = value;

    /// <summary>The array is kept, not copied: its owner changes it no more.</summary>
    public void SetArray(int index, Array value) => Cells[index] = new() { Ref = PvaArrays.Convert(Layout.Nodes[index].Code, value), Bits = Cell.Shared };

    public void SetVariant(int index, PvaVariant value) => Cells[index].Ref = value;

    /// <summary>A copy of a sub-structure.</summary>
    public PvaStructure SubStructure(int index)
    {
        var copy = new PvaStructure(Layout.Nodes[index].Type);
        for (var i = 0; i < copy.Cells.Length; i++)
            copy.Cells[i] = Share(this, index + i);
        return copy;
    }

    /// <summary>A copy that later changes of this one leave alone. Arrays are shared, not copied: neither side writes into them any more.</summary>
    public PvaStructure Copy() => SubStructure(0);

    /// <summary>Takes over the fields of a mask (leaf bits, or a structure's bit for all below it).</summary>
    internal void CopyFrom(PvaStructure other, BitMask mask)
    {
        var nodes = Layout.Nodes;
        for (var i = mask.Next(0); i >= 0 && i < nodes.Length; i = mask.Next(i))
            for (var end = nodes[i].End; i < end; i++)
                if (nodes[i].Code != PvaTypeCode.Structure)
                    Cells[i] = Share(other, i);
    }

    private static Cell Share(PvaStructure from, int index)
    {
        ref var cell = ref from.Cells[index];
        if (cell.Ref is null or string)
            return cell;
        var code = from.Layout.Nodes[index].Code;
        if (code.IsArray())
            cell.Bits = Cell.Shared;
        else if (cell.Ref is PvaVariant variant)
            return new() { Ref = CopyVariant(variant), Bits = cell.Bits };
        return cell;
    }

    private static PvaVariant CopyVariant(PvaVariant variant)
    {
        if (variant.Type is { } type && type.Code.IsArray())
            variant.Value.Bits = Cell.Shared;
        var copy = new PvaVariant(variant.Type, variant.Selector) { Value = variant.Value };
        // A structure inside is read into in place by the next update.
        if (copy.Value.Ref is PvaStructure inner)
            copy.Value.Ref = inner.Copy();
        else if (copy.Value.Ref is PvaVariant nested)
            copy.Value.Ref = CopyVariant(nested);
        return copy;
    }
}
