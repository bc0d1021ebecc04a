using System.Globalization;

namespace ModelManager.Epics.PvAccess;

/// <summary>A pvRequest: which fields a client wants, and its options. The empty structure and <c>field{}</c> ask for everything.</summary>
/// <remarks>epics-protocol section 4 "pvRequest"; options come as texts or typed and are read leniently.</remarks>
public sealed class PvRequest
{
    public const int DefaultQueueSize = 4;
    private const int MaxQueueSize = 1 << 16;

    private static readonly FieldDesc Empty = FieldDesc.Structure("");
    private static readonly FieldDesc EverythingType = FieldDesc.Structure("", ("field", Empty));
    private readonly FieldDesc? _fields;

    public PvRequest(PvaStructure? request)
    {
        Value = request;
        _fields = request?.Type.Member("field") is { Code: PvaTypeCode.Structure, Members.Length: > 0 } fields ? fields : null;
        Pipeline = Flag("pipeline");
        QueueSize = Math.Clamp((int)(Number("queueSize") ?? DefaultQueueSize), 1, MaxQueueSize);
    }

    /// <summary>The request as it came.</summary>
    public PvaStructure? Value { get; }

    public bool Pipeline { get; }
    public int QueueSize { get; }

    /// <summary>An option under <c>record._options</c>, as text.</summary>
    public string? Option(string name) => Value?["record._options." + name] is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    /// <summary>The leaf fields this request selects of a type; null when it names none that exists.</summary>
    public BitMask? Select(StructureLayout layout)
    {
        if (_fields is null)
            return layout.Leaves;
        var mask = new BitMask();
        Select(layout, 0, _fields, mask);
        return mask.IsEmpty ? null : mask;
    }

    private static void Select(StructureLayout layout, int parent, FieldDesc wanted, BitMask mask)
    {
        var nodes = layout.Nodes;
        for (var i = parent + 1; i < nodes[parent].End; i = nodes[i].End)
        {
            if (wanted.Member(nodes[i].Name) is not { } sub)
                continue;
            if (nodes[i].Code != PvaTypeCode.Structure)
                mask.Set(i);
            else if (sub.Code == PvaTypeCode.Structure && sub.Members.Length > 0 && !(sub.Members.Length == 1 && sub.Names[0] == "_options"))
                Select(layout, i, sub, mask);
            else
                for (var leaf = i; leaf < nodes[i].End; leaf++)
                    if (nodes[leaf].Code != PvaTypeCode.Structure)
                        mask.Set(leaf);
        }
    }

    private bool Flag(string name) => Option(name) is { } text && (text.Equals("true", StringComparison.OrdinalIgnoreCase) || text == "1" || text.Equals("yes", StringComparison.OrdinalIgnoreCase));

    private double? Number(string name) => double.TryParse(Option(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary><c>field{}</c>, as pvxs asks for everything.</summary>
    public static PvaStructure Everything { get; } = new(EverythingType);

    /// <summary>A request for fields by dotted path (none = everything), with options.</summary>
    public static PvaStructure Build(IReadOnlyList<string> fields, params ReadOnlySpan<(string Name, string Value)> options)
    {
        var selection = Tree(fields);
        if (options.IsEmpty)
            return new(FieldDesc.Structure("", ("field", selection)));
        var entries = new (string, FieldDesc)[options.Length];
        for (var i = 0; i < options.Length; i++)
            entries[i] = (options[i].Name, FieldDesc.Of(PvaTypeCode.String));
        var type = FieldDesc.Structure("", ("field", selection), ("record", FieldDesc.Structure("", ("_options", FieldDesc.Structure("", entries)))));
        var request = new PvaStructure(type);
        foreach (var (name, value) in options)
            request["record._options." + name] = value;
        return request;
    }

    private static FieldDesc Tree(IEnumerable<string> paths) =>
        FieldDesc.Structure("", [.. paths.Where(path => path.Length > 0).Select(path => path.Split('.', 2)).GroupBy(parts => parts[0])
            .Select(group => (group.Key, group.Any(parts => parts.Length == 1) ? Empty : Tree(group.Select(parts => parts[1]))))]);

    /// <summary>Reads the text form of the command line tools: <c>field(value,alarm.severity)record[pipeline=true,queueSize=4]</c>, or bare field names.</summary>
    /// <exception cref="FormatException">The text is not a pvRequest; the message says where.</exception>
    public static PvaStructure Parse(string text)
    {
        var fields = new List<string>();
        var options = new List<(string, string)>();
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            var (open, close) = rest.StartsWith("record[", StringComparison.Ordinal) ? ('[', ']') : ('(', ')');
            if (!rest.StartsWith("field(", StringComparison.Ordinal) && open == '(')
            {
                fields.AddRange(rest.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(item => Name(text, item)));
                break;
            }
            var from = rest.IndexOf(open);
            var to = rest.IndexOf(close, from);
            if (to < 0)
                throw new FormatException($"pvRequest '{text}': '{close}' is missing");
            foreach (var item in rest[(from + 1)..to].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                if (open == '(')
                    fields.Add(Name(text, item));
                else if (item.Split('=', 2, StringSplitOptions.TrimEntries) is [var name, var value])
                    options.Add((Name(text, name, dots: false), value));
                else
                    throw new FormatException($"pvRequest '{text}': option '{item}' has no value");
            }
            rest = rest[(to + 1)..].Trim();
        }
        return Build(fields, options.ToArray());
    }

    // A name that is not one would end up in a type we send.
    private static string Name(string text, string name, bool dots = true) =>
        name.Length > 0 && name.Split('.').All(part => part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || character == '_')) && (dots || !name.Contains('.'))
            ? name
            : throw new FormatException($"pvRequest '{text}': '{name}' is not the name of a field or option");
}
