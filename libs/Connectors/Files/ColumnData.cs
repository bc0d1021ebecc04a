using ModelManager.Values;

namespace ModelManager.Connectors.Files;

internal enum ColumnType { Unknown, Boolean, Integer, Real, Text, List, Image }

/// <summary>Gathers a column whose type the first value decides, for formats that need one type per column.</summary>
internal sealed class ColumnData(string name)
{
    private readonly List<PvValue> _values = [];

    public string Name => name;
    public ColumnType Type { get; private set; }

    /// <summary>Of the elements of arrays and pixels.</summary>
    public PvKind ElementKind { get; private set; }

    /// <summary>Of one array or image; of the first one. Formats with lists of any length do not mind.</summary>
    public IReadOnlyList<int> Shape { get; private set; } = [];

    public IReadOnlyList<PvValue> Values => _values;

    /// <summary>Adds a value, or an empty one and says why this column cannot hold it.</summary>
    public string? Add(in PvValue value, bool fixedShape)
    {
        var refusal = value.IsNone ? null : Refusal(value, fixedShape);
        _values.Add(refusal is null ? value : default);
        return refusal;
    }

    public void Clear() => _values.Clear();

    /// <summary>The elements of an array or the pixels of an image.</summary>
    public static Array Elements(in PvValue value) => value.Kind == PvKind.Image ? value.AsImage().Pixels : value.AsArray();

    private string? Refusal(in PvValue value, bool fixedShape)
    {
        var type = TypeOf(value);
        if (type is ColumnType.Unknown)
            return $"column '{name}' cannot hold {value}";
        IReadOnlyList<int> shape = type switch { ColumnType.Image => [.. value.AsImage().Shape], ColumnType.List => [value.AsArray().Length], _ => [] };
        var elements = type is ColumnType.List or ColumnType.Image ? PvValue.Array(Elements(value)).Kind.ElementKind() : PvKind.None;
        if (Type == ColumnType.Unknown)
            (Type, ElementKind, Shape) = (type, elements, shape);
        // Whole numbers and booleans fit into a column of reals, nothing else changes its type.
        if (type != Type && !(Type == ColumnType.Real && type == ColumnType.Integer))
            return $"column '{name}' is of type {Type} since its first row; it cannot hold {value}";
        if (elements != ElementKind)
            return $"column '{name}' has elements of type {ElementKind} since its first row; it cannot hold {value}";
        if (fixedShape && !shape.SequenceEqual(Shape))
            return $"column '{name}' has the shape {string.Join('x', Shape)} since its first row; it cannot hold {value}";
        return null;
    }

    private static ColumnType TypeOf(in PvValue value) => value.Kind switch
    {
        PvKind.Boolean => ColumnType.Boolean,
        PvKind.Float32 or PvKind.Float64 => ColumnType.Real,
        PvKind.UInt64 when value.RawBits < 0 => ColumnType.Unknown,
        PvKind.String => ColumnType.Text,
        PvKind.Image => value.AsImage().Codec.Length == 0 ? ColumnType.Image : ColumnType.Unknown,
        var kind when kind.IsNumericScalar() => ColumnType.Integer,
        _ => ColumnType.List,
    };
}
