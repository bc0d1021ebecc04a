using System.Globalization;
using System.Text;
using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Env;

/// <summary>One pass over the text of an env.json. Never puts a piece of a value into a message.</summary>
internal sealed class EnvScanner(string text, Findings findings)
{
    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal);
    private int _at;
    private int _line = 1;
    private int _lineStart;

    /// <summary>The settings; what is wrong with the text is in the findings.</summary>
    public IReadOnlyDictionary<string, string> ReadAll()
    {
        try
        {
            ReadObject();
        }
        catch (EnvSyntaxException e)
        {
            findings.Error(e.Where, e.Message, e.Hint);
        }
        return _settings;
    }

    private SourceMark Here => new(findings.File, _line, _at - _lineStart + 1);

    private bool AtEnd => _at >= text.Length;

    private void ReadObject()
    {
        SkipBlanks();
        if (AtEnd)
            throw new EnvSyntaxException(Here, "the file is empty", "Write '{}' for no settings.");
        if (text[_at] != '{')
            throw new EnvSyntaxException(Here, "expected '{'", "An env.json is one object: {\"NAME\": \"value\", ...}.");
        Advance();
        SkipBlanks();
        while (!AtEnd && text[_at] != '}')
        {
            ReadMember();
            var end = Here;
            SkipBlanks();
            if (AtEnd)
                break;
            if (text[_at] == ',')
            {
                var comma = Here;
                Advance();
                SkipBlanks();
                if (!AtEnd && text[_at] == '}')
                    throw new EnvSyntaxException(comma, "a comma stands before the closing '}'", "Remove it.");
            }
            else if (text[_at] == '"')
                findings.Warn(end, "a comma is missing here; read as if it were there", "Add ','.");
            else if (text[_at] != '}')
                throw new EnvSyntaxException(Here, "expected ',' or '}'");
        }
        if (AtEnd)
            throw new EnvSyntaxException(Here, "the file ends before the closing '}'", "Add '}'.");
        Advance();
        SkipBlanks();
        if (!AtEnd)
            throw new EnvSyntaxException(Here, "something follows the closing '}'", "Remove it.");
    }

    private void ReadMember()
    {
        var where = Here;
        if (text[_at] != '"')
            throw new EnvSyntaxException(where, "expected a name in double quotes", text[_at] == '\'' ? "JSON knows double quotes only." : text[_at] is '/' or '#' ? "JSON has no comments." : "");
        var name = ReadText();
        SkipBlanks();
        if (AtEnd || text[_at] != ':')
            throw new EnvSyntaxException(Here, "expected ':' after the name before it"); // not named: in a broken file it may be a value
        Advance();
        SkipBlanks();
        var value = ReadValue(name);
        if (name.Length == 0 || name.AsSpan().IndexOfAny('=', '\0') >= 0)
            findings.Error(where, $"'{name}' cannot be the name of a setting", "Use letters, digits and '_'.");
        else if (value is not null && value.Contains('\0'))
            findings.Error(where, $"the value of '{name}' has a NUL character", "Remove it.");
        else if (value is not null && !_settings.TryAdd(name, value))
            findings.Error(where, $"'{name}' is set twice", "Remove one of the two.");
    }

    private string? ReadValue(string name)
    {
        if (AtEnd)
            throw new EnvSyntaxException(Here, $"the value of '{name}' is missing");
        var where = Here;
        switch (text[_at])
        {
            case '"':
                return ReadText();
            case '{' or '[':
                SkipNested();
                findings.Error(where, $"'{name}' is {(text[_at - 1] == '}' ? "an object" : "a list")}; expected a text", "A setting is one text.");
                return null;
        }
        var start = _at;
        while (!AtEnd && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '+' or '-' or '.'))
            Advance();
        var word = text[start.._at];
        if (word == "null")
            findings.Error(where, $"'{name}' is null; expected a text", "Write \"\" or remove the setting.");
        else if (word is "true" or "false" || IsNumber(word))
        {
            findings.Warn(where, $"'{name}' is {(word is "true" or "false" ? "a truth value" : "a number")}; it is read as text", "Put it in double quotes.");
            return word;
        }
        else
            throw new EnvSyntaxException(where, $"the value of '{name}' is not in double quotes");
        return null;
    }

    private static bool IsNumber(string word) =>
        word.Length > 0 && (char.IsAsciiDigit(word[0]) || word[0] == '-') && double.TryParse(word, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _);

    private string ReadText()
    {
        var open = Here;
        Advance();
        var read = new StringBuilder();
        while (!AtEnd && text[_at] != '"')
        {
            if (text[_at] is '\n' or '\r')
                throw new EnvSyntaxException(open, "the quote that opens here is not closed in its line", "Close it, or write '\\n' for a new line.");
            if (text[_at] < ' ')
                throw new EnvSyntaxException(Here, $"control character U+{(int)text[_at]:X4} in a text", $"Write '\\u{(int)text[_at]:x4}'.");
            read.Append(text[_at] == '\\' ? ReadEscape() : text[_at]);
            Advance();
        }
        if (AtEnd)
            throw new EnvSyntaxException(open, "the quote that opens here is never closed", "Close it.");
        Advance();
        return read.ToString();
    }

    // Leaves the position on the last character of the escape.
    private char ReadEscape()
    {
        var where = Here;
        Advance();
        var escaped = AtEnd ? ' ' : text[_at];
        switch (escaped)
        {
            case '"' or '\\' or '/':
                return escaped;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when _at + 4 < text.Length && ushort.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code):
                _at += 4;
                return (char)code;
            default:
                throw new EnvSyntaxException(where, "a backslash begins an unknown escape", "Write '\\\\' for a backslash.");
        }
    }

    private void SkipNested()
    {
        var open = Here;
        var depth = 0;
        do
        {
            if (AtEnd)
                throw new EnvSyntaxException(open, "the bracket that opens here is never closed");
            if (text[_at] == '"')
            {
                ReadText();
                continue;
            }
            depth += text[_at] is '{' or '[' ? 1 : text[_at] is '}' or ']' ? -1 : 0;
            Advance();
        }
        while (depth > 0);
    }

    private void SkipBlanks()
    {
        while (!AtEnd && text[_at] is (' ' or '\t' or '\r' or '\n'))
            Advance();
    }

    private void Advance()
    {
        if (text[_at++] == '\n')
            (_line, _lineStart) = (_line + 1, _at);
    }
}
