using System.Text;

namespace ModelManager.Epics.AccessSecurity;

/// <summary>A text with its <c>$(NAME)</c>, <c>${NAME}</c> and <c>$(NAME=default)</c> replaced, that still knows where every character came from.</summary>
/// <remarks>Macros of EPICS base (macLib): values and defaults may hold macros themselves; <c>\$</c> is no macro.</remarks>
internal sealed class MacroText
{
    private const int MaxDepth = 30;
    private readonly StringBuilder _text = new();
    private readonly List<int> _origins = [];
    private readonly IReadOnlyDictionary<string, string> _macros;
    private readonly Action<int, string> _report;

    private MacroText(IReadOnlyDictionary<string, string> macros, Action<int, string> report) => (_macros, _report) = (macros, report);

    /// <param name="report">Told of macros that are not defined or never end, with their offset.</param>
    public static (string Text, int[] Origins) Expand(string source, IReadOnlyDictionary<string, string> macros, Action<int, string> report)
    {
        var expansion = new MacroText(macros, report);
        expansion.Append(source, origin: null, depth: 0);
        expansion._origins.Add(source.Length);
        return (expansion._text.ToString(), [.. expansion._origins]);
    }

    // Text of a macro's value has the place where the macro stands.
    private void Append(string source, int? origin, int depth)
    {
        var isQuoted = false;
        for (var at = 0; at < source.Length; at++)
        {
            var place = origin ?? at;
            var c = source[at];
            if (c == '\n')
                isQuoted = false;
            else if (c == '"' && (at == 0 || source[at - 1] != '\\'))
                isQuoted = !isQuoted;
            if (c == '#' && origin is null && !isQuoted)
            {
                // A comment may say anything.
                while (at < source.Length && source[at] != '\n')
                    at++;
                at--;
                continue;
            }
            if (c != '$' || at + 1 >= source.Length || source[at + 1] is not ('(' or '{') || (at > 0 && source[at - 1] == '\\'))
            {
                _text.Append(c);
                _origins.Add(place);
                continue;
            }
            var end = FindEnd(source, at + 1);
            if (end < 0)
            {
                _report(place, "a macro begins here and never ends");
                return;
            }
            Replace(source[(at + 2)..end], place, depth);
            at = end;
        }
    }

    private void Replace(string body, int place, int depth)
    {
        var equals = body.IndexOf('=');
        var name = equals < 0 ? body : body[..equals];
        if (depth >= MaxDepth)
            _report(place, $"macro {name} contains itself");
        else if (_macros.TryGetValue(name, out var value))
            Append(value, place, depth + 1);
        else if (equals >= 0)
            Append(body[(equals + 1)..], place, depth + 1);
        else
            _report(place, $"macro {name} is not defined: define it, or write $({name}=default)");
    }

    private static int FindEnd(string source, int open)
    {
        var close = source[open] == '(' ? ')' : '}';
        var depth = 0;
        for (var at = open; at < source.Length && source[at] != '\n'; at++)
        {
            if (source[at] == source[open])
                depth++;
            else if (source[at] == close && --depth == 0)
                return at;
        }
        return -1;
    }
}
