using System.Collections.Immutable;

namespace ModelManager.Epics.PvAccess;

/// <summary>A structure laid out flat, depth first: the index of a field is its bit in every <see cref="BitMask"/> and its place in a <see cref="PvaStructure"/>.</summary>
/// <remarks>A sub-structure takes one index itself plus those of its fields; unions, any and all arrays take one each (epics-protocol "Partial value").</remarks>
public sealed class StructureLayout
{
    private readonly Node[] _nodes;
    private NtFields? _ntFields;

    internal StructureLayout(FieldDesc type)
    {
        if (type.Code != PvaTypeCode.Structure)
            throw new InvalidOperationException($"{type.Code.Text()} has no layout");
        Type = type;
        var nodes = new List<Node>();
        Add(nodes, type, "", -1);
        _nodes = [.. nodes];
        All = new BitMask(0);
        Leaves = new BitMask();
        for (var i = 0; i < _nodes.Length; i++)
            if (_nodes[i].Code != PvaTypeCode.Structure)
                Leaves.Set(i);
    }

    public FieldDesc Type { get; }
    public int Count => _nodes.Length;
    public ReadOnlySpan<Node> Nodes => _nodes;

    /// <summary>Bit 0: everything. Not to be changed.</summary>
    internal BitMask All { get; }

    /// <summary>Every field that holds a value itself. Not to be changed.</summary>
    internal BitMask Leaves { get; }

    /// <summary>Where the fields of a normative type are, followed by name in the order received.</summary>
    public NtFields Nt => _ntFields ??= new NtFields(this);

    /// <summary>The index of a field by its dotted path (<c>alarm.severity</c>; empty = 0, the whole); -1 when there is none.</summary>
    public int IndexOf(string path) => path.Length == 0 ? 0 : IndexOf(0, path);

    /// <summary>The index of a field of one type; -1 when it has another, or is not there.</summary>
    internal int At(string path, PvaTypeCode code) => IndexOf(path) is >= 0 and var index && _nodes[index].Code == code ? index : -1;

    /// <summary>The index of a number of whatever width; -1 when it is none.</summary>
    internal int NumberAt(string path) => IndexOf(path) is >= 0 and var index && _nodes[index].Code.IsNumeric() ? index : -1;

    private int IndexOf(int parent, ReadOnlySpan<char> path)
    {
        var dot = path.IndexOf('.');
        var head = dot < 0 ? path : path[..dot];
        for (var i = parent + 1; i < _nodes[parent].End; i = _nodes[i].End)
            if (head.SequenceEqual(_nodes[i].Name))
                return dot < 0 ? i : IndexOf(i, path[(dot + 1)..]);
        return -1;
    }

    public string PathOf(int index)
    {
        var names = new Stack<string>();
        for (var i = index; i > 0; i = _nodes[i].Parent)
            names.Push(_nodes[i].Name);
        return string.Join('.', names);
    }

    private static void Add(List<Node> nodes, FieldDesc type, string name, int parent)
    {
        var index = nodes.Count;
        nodes.Add(new(type, name, parent, index + 1));
        if (type.Code != PvaTypeCode.Structure)
            return;
        for (var i = 0; i < type.Members.Length; i++)
            Add(nodes, type.Members[i], type.Names[i], index);
        nodes[index] = nodes[index] with { End = nodes.Count };
    }

    /// <param name="End">The index behind the last field of this subtree.</param>
    public readonly record struct Node(FieldDesc Type, string Name, int Parent, int End)
    {
        public PvaTypeCode Code => Type.Code;
    }
}
