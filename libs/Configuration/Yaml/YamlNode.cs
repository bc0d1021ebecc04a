using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Yaml;

/// <summary>A node of a YAML document that knows where it stands. Scalars keep their text: only who asks for a number makes one of it.</summary>
internal abstract class YamlNode(SourceMark where)
{
    /// <summary>Where the node begins; an aliased node stands where its anchor stands.</summary>
    public SourceMark Where { get; } = where;

    /// <summary>Nodes in this tree, aliases counted as often as they are used.</summary>
    public abstract long Size { get; }

    /// <summary>Levels of nesting, 1 for a scalar.</summary>
    public abstract int Depth { get; }

    /// <summary>How an error text calls it: the text in quotes, "a list", "a mapping" or "nothing".</summary>
    public abstract string Described { get; }

    public virtual bool IsNull => false;
}

internal sealed class YamlScalar(string value, bool isPlain, bool isVerbatim, SourceMark where) : YamlNode(where)
{
    private const int ShownCharacters = 60;

    public string Value { get; } = value;

    /// <summary>Written without quotes, so it may be a number, a truth value or null; a quoted one is always text.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <summary>The characters stand in the file just as in <see cref="Value"/>, so a position in the value is one in the file.</summary>
    public bool IsVerbatim { get; } = isVerbatim;

    public override long Size => 1;
    public override int Depth => 1;
    public override bool IsNull => IsPlain && Value is ("" or "~" or "null" or "Null" or "NULL");

    public override string Described => IsNull
        ? "nothing"
        : $"'{(Value.Length > ShownCharacters ? string.Concat(Value.AsSpan(0, ShownCharacters), "...") : Value).ReplaceLineEndings("\\n")}'";

    /// <summary>Where the text itself begins: behind the quote that opens it.</summary>
    public SourceMark TextMark => IsVerbatim && !IsPlain ? Where with { Column = Where.Column + 1 } : Where;
}

internal sealed class YamlSequence(ImmutableArray<YamlNode> items, SourceMark where) : YamlNode(where)
{
    public ImmutableArray<YamlNode> Items { get; } = items;
    public override long Size { get; } = 1 + items.Sum(i => i.Size);
    public override int Depth { get; } = 1 + items.Select(i => i.Depth).DefaultIfEmpty().Max();
    public override string Described => "a list";
}

internal sealed class YamlMapping(ImmutableArray<YamlEntry> entries, SourceMark where) : YamlNode(where)
{
    public ImmutableArray<YamlEntry> Entries { get; } = entries;
    public override long Size { get; } = 1 + entries.Sum(e => 1 + e.Value.Size);
    public override int Depth { get; } = 1 + entries.Select(e => e.Value.Depth).DefaultIfEmpty().Max();
    public override string Described => "a mapping";
}

/// <param name="Key">Always text, as written: <c>12:30:45</c>, <c>on</c>, <c>1e-3</c> and <c>010</c> are names of PVs.</param>
internal readonly record struct YamlEntry(string Key, SourceMark Where, YamlNode Value);
