using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Yaml;

/// <summary>A mapping or list that the reader has entered and not yet left.</summary>
internal sealed class YamlFrame(SourceMark where, bool isMapping, string? anchor)
{
    private const string MergeKey = "<<";

    private readonly List<YamlNode> _items = [];
    private readonly List<YamlEntry> _entries = [];
    private readonly Dictionary<string, SourceMark> _keys = new(StringComparer.Ordinal);
    private readonly List<YamlNode> _merged = [];
    private (string Key, SourceMark Where, bool Duplicate, bool Merge)? _pending;

    public SourceMark Where { get; } = where;
    public bool IsMapping { get; } = isMapping;
    public string? Anchor { get; } = anchor;

    /// <summary>Nodes taken so far, aliases counted in full.</summary>
    public long Size { get; private set; } = 1;

    public bool ExpectsKey => IsMapping && _pending is null;

    public void Add(YamlNode node, Findings findings)
    {
        Size += node.Size;
        if (!IsMapping)
            _items.Add(node);
        else if (_pending is not { } pending)
            TakeKey(node, findings);
        else
        {
            if (pending.Merge)
                _merged.Add(node);
            else if (!pending.Duplicate)
                _entries.Add(new(pending.Key, pending.Where, node));
            _pending = null;
        }
    }

    public YamlNode ToNode(Findings findings)
    {
        if (!IsMapping)
            return new YamlSequence([.. _items], Where);
        foreach (var node in _merged)
            Merge(node, findings);
        return new YamlMapping([.. _entries], Where);
    }

    private void TakeKey(YamlNode node, Findings findings)
    {
        if (node is not YamlScalar scalar)
            throw new YamlRefusedException(node.Where, $"{node.Described} stands where a key belongs; expected text", "Put the key in quotes.");
        if (scalar.IsNull)
            throw new YamlRefusedException(node.Where, "a key is missing before ':'", "Write the key, or put it in quotes if it is '~' or 'null'.");
        if (scalar is { IsPlain: true, Value: MergeKey })
        {
            _pending = (MergeKey, node.Where, false, true);
            return;
        }
        var duplicate = !_keys.TryAdd(scalar.Value, node.Where);
        if (duplicate)
            findings.Error(node.Where, $"duplicate key '{scalar.Value}'; it stands in line {_keys[scalar.Value].Line} already", "Remove or rename one of the two.");
        _pending = (scalar.Value, node.Where, duplicate, false);
    }

    // YAML 1.1 merge keys, which PyYAML (so upstream) follows: what the mapping says itself wins.
    private void Merge(YamlNode node, Findings findings)
    {
        switch (node)
        {
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                    if (_keys.TryAdd(entry.Key, entry.Where))
                        _entries.Add(entry);
                break;
            case YamlSequence sequence when sequence.Items.All(i => i is YamlMapping):
                foreach (var item in sequence.Items)
                    Merge(item, findings);
                break;
            default:
                findings.Error(node.Where, $"'<<' merges {node.Described}; expected a mapping or a list of mappings", "Write '<<: *anchor', or put the key '<<' in quotes.");
                break;
        }
    }
}
