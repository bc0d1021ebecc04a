using System.Globalization;
using System.Text;

namespace ModelManager.Models.Torch.Script;

internal enum ScriptTokenKind : byte { Name, Number, Text, Sign }

/// <param name="Value">What a number or text means.</param>
internal readonly record struct ScriptToken(ScriptTokenKind Kind, string Spelling, object? Value = null);

/// <summary>One statement's worth of text: a line, or several where a bracket is open at its end.</summary>
internal sealed record ScriptLine(int Number, int Indent, IReadOnlyList<ScriptToken> Tokens, string Text);

/// <summary>Cuts <c>code/*.py</c> into lines of tokens.</summary>
internal ref struct ScriptLexer(string file, string text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at, _line = 1, _depth;

    /// <exception cref="TorchFileException">A text without an end, or a character that Python has not.</exception>
    public static List<ScriptLine> Lines(string file, string text) => new ScriptLexer(file, text).Read();

    private List<ScriptLine> Read()
    {
        var lines = new List<ScriptLine>();
        while (_at < _text.Length)
        {
            var indent = 0;
            while (_at < _text.Length && _text[_at] == ' ')
                (_at, indent) = (_at + 1, indent + 1);
            int number = _line, begin = _at;
            var tokens = Tokens();
            if (tokens.Count > 0)
                lines.Add(new(number, indent, tokens, _text[begin..Math.Min(_at, begin + 100)].Trim().ToString()));
        }
        return lines;
    }

    private List<ScriptToken> Tokens()
    {
        var tokens = new List<ScriptToken>();
        while (_at < _text.Length)
        {
            var c = _text[_at];
            if (c == '\n')
            {
                _at++;
                _line++;
                if (_depth == 0)
                    return tokens;
            }
            else if (c is ' ' or '\r' or '\t')
                _at++;
            else if (c == '#')
                _at += _text[_at..].IndexOf('\n') is var rest and >= 0 ? rest : _text.Length - _at;
            else if (char.IsAsciiLetter(c) || c == '_')
                tokens.Add(Name());
            else if (char.IsAsciiDigit(c) || c == '.' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1]))
                tokens.Add(Number());
            else if (c is '"' or '\'')
                tokens.Add(Quoted(c));
            else
                tokens.Add(Sign(c));
        }
        return tokens;
    }

    private ScriptToken Name()
    {
        var begin = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            _at++;
        return new(ScriptTokenKind.Name, _text[begin.._at].ToString());
    }

    private ScriptToken Number()
    {
        var begin = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '.' || (_text[_at] is '+' or '-' && _text[_at - 1] is 'e' or 'E')))
            _at++;
        var spelling = _text[begin.._at].ToString();
        if (long.TryParse(spelling, NumberStyles.None, CultureInfo.InvariantCulture, out var integer))
            return new(ScriptTokenKind.Number, spelling, integer);
        return double.TryParse(spelling, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            ? new(ScriptTokenKind.Number, spelling, number)
            : new(ScriptTokenKind.Sign, spelling);                 // 1.j, 0x10: no expression has such a sign
    }

    private ScriptToken Quoted(char quote)
    {
        var text = new StringBuilder();
        for (_at++; _at < _text.Length && _text[_at] != '\n'; _at++)
        {
            if (_text[_at] == quote)
            {
                _at++;
                return new(ScriptTokenKind.Text, "text", text.ToString());
            }
            // Texts are names and messages: which character an escape stands for makes no difference, that it does not end the text does.
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
                _at++;
            text.Append(_text[_at]);
        }
        throw new TorchFileException(file, $"line {_line}: a text that does not end");
    }

    private ScriptToken Sign(char c)
    {
        if (c is '(' or '[' or '{')
            _depth++;
        else if (c is ')' or ']' or '}' && --_depth < 0)
            throw new TorchFileException(file, $"line {_line}: '{c}' closes nothing");
        _at++;
        if (c == '-' && _at < _text.Length && _text[_at] == '>')
        {
            _at++;
            return new(ScriptTokenKind.Sign, "->");
        }
        return new(ScriptTokenKind.Sign, c.ToString());
    }
}
