using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ModelManager.Configuration.Yaml;

/// <summary>Text to a tree of nodes, from the events of YamlDotNet's parser. One document; keys are unique text; aliases are followed, but bounded.</summary>
internal sealed class YamlTreeReader
{
    private readonly string _text;
    private readonly Findings _findings;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private readonly Stack<YamlFrame> _open = new();
    private YamlNode? _root;

    private YamlTreeReader(string text, Findings findings)
    {
        _text = text;
        _findings = findings;
    }

    /// <summary>The root of the only document, or null with the reasons in the findings.</summary>
    public static YamlNode? Read(string text, Findings findings)
    {
        if (!YamlText.Accepts(text, findings))
            return null;
        var reader = new YamlTreeReader(text, findings);
        var before = findings.ErrorCount;
        try
        {
            reader.ReadDocument();
        }
        catch (YamlRefusedException e)
        {
            findings.Error(e.Where, e.Message, e.Hint);
        }
        return findings.ErrorCount == before ? reader._root : null;
    }

    private void ReadDocument()
    {
        var parser = new Parser(new Scanner(new StringReader(_text), skipComments: true));
        var documents = 0;
        while (Advance(parser))
        {
            var parsed = parser.Current!;
            switch (parsed)
            {
                case DocumentStart when ++documents > 1:
                    throw new YamlRefusedException(MarkOf(parsed), "a second document begins here; expected one document per file", "Put it into a file of its own.");
                case MappingStart mapping:
                    Open(new YamlFrame(MarkOf(parsed), isMapping: true, AnchorOf(mapping)), mapping);
                    break;
                case SequenceStart sequence:
                    Open(new YamlFrame(MarkOf(parsed), isMapping: false, AnchorOf(sequence)), sequence);
                    break;
                case MappingEnd or SequenceEnd:
                    Close();
                    break;
                case YamlDotNet.Core.Events.Scalar scalar:
                    CheckTag(scalar);
                    Add(ToNode(scalar), AnchorOf(scalar));
                    break;
                case AnchorAlias alias:
                    Add(Resolve(alias), null);
                    break;
            }
        }
        if (_root is null)
            throw new YamlRefusedException(new(_findings.File, 1, 1), "the file is empty", "Expected a deployment: see docs/configuration.md for both formats.");
    }

    // The parser of YamlDotNet throws InvalidOperationException on some unclosed flow collections instead of its own exception.
    private bool Advance(Parser parser)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (YamlException e)
        {
            throw YamlSyntax.Explain(e, _text, _findings);
        }
        catch (InvalidOperationException)
        {
            var where = parser.Current is { } last ? new SourceMark(_findings.File, (int)last.End.Line, (int)last.End.Column) : new(_findings.File, 1, 1);
            throw new YamlRefusedException(where, "the YAML breaks off after this", "Is a ']' or '}' missing?");
        }
    }

    private void Open(YamlFrame frame, NodeEvent start)
    {
        CheckTag(start);
        if (_open.TryPeek(out var parent) && parent.ExpectsKey)
            throw new YamlRefusedException(frame.Where, $"{(frame.IsMapping ? "a mapping" : "a list")} stands where a key belongs; expected text", "Put the key in quotes.");
        if (_open.Count >= YamlLimits.MaxDepth)
            throw new YamlRefusedException(frame.Where, $"nested deeper than {YamlLimits.MaxDepth} levels", "A configuration needs about ten.");
        _open.Push(frame);
    }

    private void Close()
    {
        var frame = _open.Pop();
        Add(frame.ToNode(_findings), frame.Anchor);
    }

    private void Add(YamlNode node, string? anchor)
    {
        if (anchor is not null)
            _anchors[anchor] = node;
        if (!_open.TryPeek(out var parent))
        {
            _root = node;
            return;
        }
        parent.Add(node, _findings);
        if (_open.Count + node.Depth > YamlLimits.MaxDepth + 1)
            throw new YamlRefusedException(node.Where, $"nested deeper than {YamlLimits.MaxDepth} levels through aliases", "Write out what the alias stands for.");
        var size = 0L;
        foreach (var frame in _open)
            size += frame.Size;
        if (size > YamlLimits.MaxNodes)
            throw new YamlRefusedException(parent.Where, $"more than {YamlLimits.MaxNodes:N0} values once its aliases are followed", "Use fewer aliases.");
    }

    private YamlNode Resolve(AnchorAlias alias)
    {
        var name = alias.Value.Value;
        if (_anchors.TryGetValue(name, out var node))
            return node;
        if (_open.Any(f => f.Anchor == name))
            throw new YamlRefusedException(MarkOf(alias), $"alias '*{name}' stands inside what it refers to", "A configuration cannot contain itself.");
        throw new YamlRefusedException(MarkOf(alias), $"alias '*{name}' refers to no anchor before it", Spelling.DidYouMean(name, _anchors.Keys) is { Length: > 0 } hint ? hint : $"Define it with '&{name}', or put text that begins with '*' in quotes.");
    }

    private YamlScalar ToNode(YamlDotNet.Core.Events.Scalar scalar)
    {
        var asText = !scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific && scalar.Tag.Value == "tag:yaml.org,2002:str";
        var plain = scalar.Style is ScalarStyle.Plain or ScalarStyle.Any && !asText;
        var raw = Raw(scalar);
        var verbatim = raw.SequenceEqual(scalar.Value) || (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted && raw.Length >= 2 && raw[1..^1].SequenceEqual(scalar.Value));
        return new YamlScalar(scalar.Value, plain, verbatim, MarkOf(scalar));
    }

    private ReadOnlySpan<char> Raw(ParsingEvent parsed)
    {
        var (start, end) = ((int)parsed.Start.Index, (int)parsed.End.Index);
        return start >= 0 && end >= start && end <= _text.Length ? _text.AsSpan(start, end - start) : default;
    }

    private void CheckTag(NodeEvent node)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific)
            return;
        if (node.Tag.Value is not ("tag:yaml.org,2002:str" or "tag:yaml.org,2002:int" or "tag:yaml.org,2002:float" or "tag:yaml.org,2002:bool" or "tag:yaml.org,2002:null" or "tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq"))
            throw new YamlRefusedException(MarkOf(node), $"the tag '{node.Tag.Value}' is not allowed", "Remove it: a configuration is plain data.");
    }

    private SourceMark MarkOf(ParsingEvent parsed) => new(_findings.File, (int)parsed.Start.Line, (int)parsed.Start.Column);

    private static string? AnchorOf(NodeEvent node) => node.Anchor.IsEmpty ? null : node.Anchor.Value;
}
