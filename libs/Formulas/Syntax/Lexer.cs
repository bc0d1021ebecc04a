namespace ModelManager.Formulas;

/// <summary>Splits a formula into tokens: declared names first, then Python's.</summary>
internal sealed class Lexer(string text, SymbolTable symbols, FormulaLimits limits)
{
    private static readonly string[] Operators =
        ["**=", "//=", ">>=", "<<=", "...", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "<>", "=>", "->", ":=", "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@="];

    private readonly List<Token> _tokens = [];
    private int _at;

    /// <summary>The tokens read so far; complete after <see cref="Read"/> returned.</summary>
    public IReadOnlyList<Token> Tokens => _tokens;

    public IReadOnlyList<Token> Read()
    {
        while (SkipBlanks())
            _tokens.Add(Next());
        _tokens.Add(new(TokenKind.End, "the end", text.Length));
        return _tokens;
    }

    private bool SkipBlanks()
    {
        for (; _at < text.Length; _at++)
        {
            var c = text[_at];
            if (symbols.LongestAt(text, _at) >= 0)
                return true;
            if (c == '#')
            {
                while (_at + 1 < text.Length && text[_at + 1] != '\n')
                    _at++;
            }
            else if (c == '\\' && _at + 1 < text.Length && text[_at + 1] is '\n' or '\r')
            {
                continue;
            }
            else if (!char.IsWhiteSpace(c) && c != '\uFEFF')
            {
                return true;
            }
        }
        return false;
    }

    private Token Next()
    {
        var index = symbols.LongestAt(text, _at);
        if (index >= 0)
            return Declared(index);
        var c = text[_at];
        if (NumberLexer.StartsNumber(text, _at))
            return NumberLexer.Read(text, ref _at, limits);
        if (SymbolTable.IsWordStart(c))
            return Word();
        if (c is '\'' or '"')
            return Quoted();
        return Operator();
    }

    private Token Declared(int index)
    {
        var start = _at;
        var end = start + symbols.Names[index].Length;
        if (end + 1 < text.Length && text[end] is ':' or '.' && SymbolTable.IsWord(text[end + 1]))
        {
            var after = WordEnd(end + 1);
            if (text[end] == '.' && IsAttribute(text[(end + 1)..after], after))
            {
                _at = end;
                return new(TokenKind.Symbol, symbols.Names[index], start, index);
            }
            // A:B is declared, A:B:C is written: a longer name that nobody declared, not a slice of A:B.
            var last = LexemeEnd(start, end);
            var name = text[start..last];
            _at = last;
            return new(TokenKind.Name, name, start);
        }
        _at = end;
        return new(TokenKind.Symbol, symbols.Names[index], start, index);
    }

    private Token Word()
    {
        var start = _at;
        var end = WordEnd(start);
        var word = text[start..end];
        if (end < text.Length && text[end] is '\'' or '"' && word.Length <= 2 && word.All(c => "rbfuRBFU".Contains(c, StringComparison.Ordinal)))
            throw FormulaFailure.NotAllowed(word + text[end], start);
        var last = LexemeEnd(start, end);
        if (text.AsSpan(start, last - start).Contains(':'))
        {
            _at = last;
            return new(TokenKind.Name, text[start..last], start);
        }
        _at = end;
        return new(TokenKind.Name, word, start);
    }

    private Token Quoted()
    {
        var start = _at;
        var quote = text[_at++];
        while (_at < text.Length && text[_at] != quote && text[_at] != '\n')
            _at += text[_at] == '\\' ? 2 : 1;
        if (_at >= text.Length || text[_at] != quote)
        {
            _at = text.Length;
            throw FormulaFailure.Parse(start, "a quote is opened and never closed");
        }
        _at++;
        return new(TokenKind.Text, text[(start + 1)..(_at - 1)], start);
    }

    private Token Operator()
    {
        var start = _at;
        foreach (var op in Operators)
        {
            if (string.CompareOrdinal(text, start, op, 0, op.Length) != 0)
                continue;
            _at += op.Length;
            return new(TokenKind.Operator, op, start);
        }
        var c = text[_at++];
        if (c == '^')
            return new(TokenKind.Operator, "**", start);
        if ("+-*/%()[]{},!<>&|~=@:;.?".Contains(c, StringComparison.Ordinal))
            return new(TokenKind.Operator, c.ToString(), start);
        var shown = char.IsControl(c) || char.IsSurrogate(c) ? $"U+{(int)c:X4}" : c.ToString();
        throw FormulaFailure.Parse(start, $"unexpected character '{shown}'", c switch
        {
            '−' or '–' or '—' => "write the ASCII '-'",
            '×' or '·' or '⋅' => "write '*'",
            '÷' => "write '/'",
            '√' => "write sqrt(...)",
            '≤' => "write '<='",
            '≥' => "write '>='",
            '≠' => "write Ne(a, b)",
            '²' => "write '**2'",
            _ => "",
        });
    }

    private bool IsAttribute(string word, int after)
    {
        var next = after;
        while (next < text.Length && char.IsWhiteSpace(text[next]))
            next++;
        return word.StartsWith('_') || (next < text.Length && text[next] == '(') || ForbiddenNames.IsAttribute(word);
    }

    private int WordEnd(int at)
    {
        while (at < text.Length && SymbolTable.IsWord(text[at]))
            at++;
        return at;
    }

    // [A-Za-z_][A-Za-z0-9_:.]*, where ':' and '.' only join word characters.
    private int LexemeEnd(int start, int end)
    {
        var colon = text.AsSpan(start, end - start).Contains(':');
        while (end + 1 < text.Length)
        {
            var joint = text[end];
            if (joint == ':' && (SymbolTable.IsWord(text[end + 1]) || (text[end + 1] == ':' && end + 2 < text.Length && SymbolTable.IsWord(text[end + 2]))))
                colon = true;
            else if (!(joint == '.' && colon && SymbolTable.IsWord(text[end + 1])))
                break;
            end++;
            while (end < text.Length && text[end] == ':')
                end++;
            var after = WordEnd(end);
            if (joint == '.' && IsAttribute(text[end..after], after))
                return end - 1;
            end = after;
        }
        return end;
    }
}
