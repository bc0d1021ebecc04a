namespace ModelManager.Epics.AccessSecurity;

internal enum AccessTokenKind : byte { Name, Integer, Quoted, Punctuation, End }

/// <param name="Offset">Where it began in the file as it was written.</param>
internal readonly record struct AccessToken(AccessTokenKind Kind, string Text, int Offset)
{
    public bool Is(char punctuation) => Kind == AccessTokenKind.Punctuation && Text[0] == punctuation;

    public bool IsWord(string word) => Kind == AccessTokenKind.Name && Text == word;

    /// <summary>How the token reads in an error.</summary>
    public override string ToString() => Kind switch
    {
        AccessTokenKind.End => "the end of the file",
        AccessTokenKind.Quoted => $"\"{Text}\"",
        _ => $"'{Text}'",
    };
}

/// <summary>Cuts an access security file into words (asLib_lex.l of EPICS base).</summary>
internal static class AccessFileLexer
{
    public static List<AccessToken> Read(string text, int[] origins, Action<int, string> report)
    {
        var tokens = new List<AccessToken>();
        var at = 0;
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '#')
            {
                // Comments of the file are gone already; this one came out of a macro.
                while (at < text.Length && text[at] != '\n')
                    at++;
            }
            else if (c == '"')
            {
                at = ReadQuoted(text, at, origins, tokens, report);
            }
            else if (c is '(' or ')' or '{' or '}' or ',')
            {
                tokens.Add(new(AccessTokenKind.Punctuation, c.ToString(), origins[at++]));
            }
            else if (IsNameCharacter(c))
            {
                var start = at;
                while (at < text.Length && IsNameCharacter(text[at]))
                    at++;
                var word = text[start..at];
                tokens.Add(new(word.All(char.IsAsciiDigit) ? AccessTokenKind.Integer : AccessTokenKind.Name, word, origins[start]));
            }
            else
            {
                report(origins[at++], $"character '{c}' cannot stand here; put names with it in quotes");
            }
        }
        tokens.Add(new(AccessTokenKind.End, "", origins[at]));
        return tokens;
    }

    private static int ReadQuoted(string text, int start, int[] origins, List<AccessToken> tokens, Action<int, string> report)
    {
        var at = start + 1;
        while (at < text.Length && text[at] is not ('"' or '\n'))
            at += text[at] == '\\' && at + 1 < text.Length ? 2 : 1;
        if (at >= text.Length || text[at] == '\n')
        {
            report(origins[start], "a quoted text begins here and does not end on its line");
            return Math.Min(at, text.Length);
        }
        tokens.Add(new(AccessTokenKind.Quoted, text[(start + 1)..at], origins[start]));
        return at + 1;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '+' or ':' or '.' or '[' or ']' or '<' or '>' or ';';
}
