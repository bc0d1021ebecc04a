using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ModelManager.Models.Lume;

/// <summary>Reads one YAML document into nodes. Works on parser events with its own stack: nesting cannot overflow the thread's, and anchors share nodes instead of copying them.</summary>
internal static class YamlText
{
    public const int MaxBytes = 4 << 20;
    private const int MaxDepth = 32;

    /// <param name="file">How the file is called in errors.</param>
    /// <exception cref="ModelException">Not YAML, too large or too deep; with file:line:column.</exception>
    public static YamlNode? Read(string file, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw new ModelException($"{file}: {bytes.Length:N0} bytes; a model's YAML has at most {MaxBytes:N0}");
        var parser = new Parser(new StringReader(Encoding.UTF8.GetString(bytes)));
        try
        {
            return new Builder(file).Read(parser);
        }
        catch (YamlException broken)
        {
            throw new ModelException($"{file}:{broken.Start.Line}:{broken.Start.Column}: not valid YAML: {broken.Message}", broken);
        }
    }

    private sealed class Builder(string file)
    {
        private readonly Dictionary<AnchorName, YamlNode?> _anchors = [];
        private readonly Stack<Open> _open = new();
        private YamlNode? _root;

        public YamlNode? Read(IParser parser)
        {
            while (parser.MoveNext() && parser.Current is { } current)
                switch (current)
                {
                    case DocumentEnd: return _root;
                    case Scalar scalar:
                        Add(new YamlScalar(file, Line(scalar), Column(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain), scalar.Anchor);
                        break;
                    case MappingStart start: Begin(new YamlMapping(file, Line(start), Column(start), []), start.Anchor, start); break;
                    case SequenceStart start: Begin(new YamlSequence(file, Line(start), Column(start), []), start.Anchor, start); break;
                    case MappingEnd or SequenceEnd: End(); break;
                    case AnchorAlias alias:
                        Add(_anchors.GetValueOrDefault(alias.Value) ?? throw At(alias, $"alias *{alias.Value} refers to nothing complete"), AnchorName.Empty);
                        break;
                }
            return _root;
        }

        private void Begin(YamlNode container, AnchorName anchor, ParsingEvent at)
        {
            if (_open.Count >= MaxDepth)
                throw At(at, $"nested more than {MaxDepth} deep");
            _open.Push(new Open(container, anchor));
        }

        // A container is added to its parent, and its anchor known, only when it is complete: so no node contains itself.
        private void End()
        {
            var closed = _open.Pop();
            Add(closed.Container, closed.Anchor);
        }

        private void Add(YamlNode node, AnchorName anchor)
        {
            if (!anchor.IsEmpty)
                _anchors[anchor] = node;
            if (_open.Count == 0)
            {
                _root = node;
                return;
            }
            var parent = _open.Peek();
            if (parent.Container is YamlSequence sequence)
                sequence.Items.Add(node);
            else if (parent.Key is null)
                parent.SetKey(node as YamlScalar ?? throw node.Error("a key must be text"));
            else
                parent.SetValue(node);
        }

        private ModelException At(ParsingEvent at, string problem) => new($"{file}:{Line(at)}:{Column(at)}: {problem}");
        private static int Line(ParsingEvent at) => (int)at.Start.Line;
        private static int Column(ParsingEvent at) => (int)at.Start.Column;
    }

    private sealed class Open(YamlNode container, AnchorName anchor)
    {
        private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

        public YamlNode Container { get; } = container;
        public AnchorName Anchor { get; } = anchor;
        public YamlScalar? Key { get; private set; }

        public void SetKey(YamlScalar key) => Key = _keys.Add(key.Text) ? key : throw key.Error($"key '{key.Text}' occurs twice");

        public void SetValue(YamlNode value)
        {
            ((YamlMapping)Container).Items.Add((Key!, value));
            Key = null;
        }
    }
}
