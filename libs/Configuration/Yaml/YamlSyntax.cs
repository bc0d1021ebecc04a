using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;
using YamlDotNet.Core;

namespace ModelManager.Configuration.Yaml;

/// <summary>What a parser's complaint means to the person who wrote the file.</summary>
internal static class YamlSyntax
{
    public static YamlRefusedException Explain(YamlException exception, string text, Findings findings)
    {
        if (Tabs(text, findings) is { } tab)
            return tab;
        var where = new SourceMark(findings.File, (int)exception.Start.Line, (int)exception.Start.Column);
        var message = exception.Message;
        bool Says(string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);

        if (Says("did not find expected key") || Says("did not find expected '-' indicator"))
            return new(where, "the indentation does not fit here", $"Expected a line that begins in the same column as its neighbours{AfterValue(text, where.Line)}.");
        if (Says("invalid mapping") || Says("mapping values are not allowed"))
            return new(where, "a second ':' stands in one value", "Put the value in quotes, or begin a new line.");
        if (Says("cannot start any token"))
            return new(where, $"'{At(text, (int)exception.Start.Index)}' cannot begin a value", "Put the value in quotes.");
        if (Says("found unexpected end of stream") || Says("unexpected document indicator"))
            return new(where, "the quote that opens here is never closed", "Close it with the same quote.");
        if (Says("flow mapping") || Says("flow sequence"))
            return new(where, "expected ',' or the end of the bracket", "Is a ',', ']' or '}' missing?");
        if (Says("escape"))
            return new(where, "a backslash in double quotes begins an unknown escape", "Use single quotes, or write '\\\\'.");
        if (Says("could not find expected ':'"))
            return new(where, "expected ':' after this key", "Write 'key: value' with a blank after the colon.");
        return new(where, $"the YAML cannot be read: {message.TrimEnd('.')}", "");
    }

    // All of them at once; the last is thrown. Only lines that begin with one: a tab inside a value is fine.
    private static YamlRefusedException? Tabs(string text, Findings findings)
    {
        const string Problem = "a tab is used for indentation; YAML wants blanks";
        const string Hint = "Replace it by blanks.";
        var marks = new List<SourceMark>();
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            var indentation = content[..(content.Length - content.TrimStart(" \t").Length)];
            var tab = indentation.IndexOf('\t');
            if (tab >= 0 && content.Length > indentation.Length && content[indentation.Length] != '#')
                marks.Add(new(findings.File, line, tab + 1));
        }
        if (marks.Count == 0)
            return null;
        foreach (var mark in marks[..^1])
            findings.Error(mark, Problem, Hint);
        return new(marks[^1], Problem, Hint);
    }

    // The commonest cause: a mapping that is indented under a key which has a value of its own.
    private static string AfterValue(string text, int line)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = Math.Min(line, lines.Length) - 2; i >= 0; i--)
        {
            var before = lines[i];
            var content = before.Trim();
            if (content.Length == 0 || content[0] == '#')
                continue;
            var isDeeper = line <= lines.Length && Indent(lines[line - 1]) > Indent(before);
            var colon = content.IndexOf(": ", StringComparison.Ordinal);
            return isDeeper && colon > 0 ? $"; line {i + 1} ('{content[..colon]}') has a value already and can have nothing below it" : "";
        }
        return "";
    }

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;

    private static char At(string text, int index) => index >= 0 && index < text.Length ? text[index] : ' ';
}
