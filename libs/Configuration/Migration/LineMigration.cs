using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Migration;

/// <summary>Moves the lines of each section, comments and all, two columns in under <c>modules</c>.</summary>
internal static class LineMigration
{
    private const string Indent = "  ";

    /// <summary>The graph text, or null where the file is not laid out one section after the other in block style.</summary>
    public static string? TryMigrate(string text, YamlMapping tree, DeploymentSpec spec)
    {
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (Blocks(tree, lines) is not { } blocks)
            return null;

        var graph = new List<string>();
        foreach (var (key, block) in blocks.Where(b => !LegacyFormat.Sections.Contains(b.Key) || b.Key == "deployment"))
            graph.AddRange(block);
        if (graph.Count > 0 && graph[^1].Trim().Length > 0)
            graph.Add("");
        graph.Add("modules:");
        foreach (var module in spec.Modules)
        {
            var section = module.Key == LegacyFormat.ModelKey ? LegacyFormat.ModelSection : module.Key;
            if (!blocks.TryGetValue(section, out var block))
                graph.AddRange([.. Head(module, Indent + Indent).Prepend($"{Indent}{module.Key}:")]);
            else if (Moved(module, section, block, tree.Entries.First(e => e.Key == section), lines) is { } moved)
                graph.AddRange(moved);
            else
                return null;
        }
        return string.Join(newLine, graph.Append(""));
    }

    // Each section with the comment lines right above it.
    private static Dictionary<string, List<string>>? Blocks(YamlMapping tree, string[] lines)
    {
        var blocks = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var starts = new List<int>();
        foreach (var entry in tree.Entries)
        {
            if (entry.Where.Column != 1 || (starts.Count > 0 && entry.Where.Line - 1 <= starts[^1]))
                return null;
            starts.Add(entry.Where.Line - 1);
        }
        for (var i = 0; i < starts.Count; i++)
        {
            var begin = i == 0 ? 0 : WithComments(starts[i], starts[i - 1], lines);
            var end = i + 1 < starts.Count ? WithComments(starts[i + 1], starts[i], lines) : lines.Length;
            blocks[tree.Entries[i].Key] = [.. lines[begin..end].Where(l => !l.StartsWith("---", StringComparison.Ordinal) && !l.StartsWith('%') && l.TrimEnd() != "...")];
        }
        return blocks;
    }

    private static int WithComments(int start, int previous, string[] lines)
    {
        while (start - 1 > previous && lines[start - 1].StartsWith('#'))
            start--;
        return start;
    }

    private static List<string>? Moved(ModuleSpec module, string section, List<string> block, YamlEntry entry, string[] lines)
    {
        var head = block.IndexOf(lines[entry.Where.Line - 1]);
        if (!block[head].StartsWith(section + ":", StringComparison.Ordinal))
            return null;
        // The key and, for the model, its new name; what follows the colon (a comment, an anchor) stays.
        var moved = block.Select(l => l.Trim().Length == 0 ? "" : Indent + l).ToList();
        moved[head] = $"{Indent}{module.Key}:{block[head][(section.Length + 1)..]}";
        if (entry.Value.IsNull)
        {
            moved.InsertRange(head + 1, Head(module, Indent + Indent));
            return moved;
        }
        if (entry.Value is not YamlMapping { Entries.Length: > 0 } mapping || mapping.Entries[0].Where.Line == entry.Where.Line)
            return null;

        var inner = Indent + new string(' ', mapping.Entries[0].Where.Column - 1);
        var typeKey = module is InterfaceModule { IsSource: true } ? "get_method" : module is InterfaceModule ? "put_method" : "type";
        if (module is ModelModule)
        {
            var first = head + mapping.Entries[0].Where.Line - entry.Where.Line;
            moved.InsertRange(first, Head(module, inner));
            return moved;
        }
        var type = mapping.Entries.FirstOrDefault(e => e.Key == typeKey);
        if (type.Value is not YamlScalar { IsVerbatim: true } scalar || scalar.Where.Line != type.Where.Line || type.Where.Line <= entry.Where.Line)
            return null;
        var at = head + type.Where.Line - entry.Where.Line;
        var behind = lines[type.Where.Line - 1][(scalar.Where.Column - 1 + scalar.Value.Length + (scalar.IsPlain ? 0 : 2))..];
        var written = Head(module, inner).ToArray();
        written[1] += behind.TrimEnd();
        moved.RemoveAt(at);
        moved.InsertRange(at, written);
        return moved;
    }

    /// <summary>The keys every module of the graph format has: name, type, pub, sub.</summary>
    private static IEnumerable<string> Head(ModuleSpec module, string indent) =>
        TreeMigration.Head(module).Select(fact => $"{indent}{fact.Key}: {fact.Value}");
}
