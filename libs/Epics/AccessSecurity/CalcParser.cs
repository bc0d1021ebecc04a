using System.Globalization;

namespace ModelManager.Epics.AccessSecurity;

/// <summary>Text to calc nodes, by priorities. Depth is bounded: a text of brackets cannot exhaust the stack.</summary>
internal sealed class CalcParser(string text)
{
    private const int MaxDepth = 80;             // the run-time stack of EPICS base
    private int _at;
    private int _depth;

    public int UsedInputs { get; private set; }

    public CalcNode ParseAll()
    {
        var root = ParseConditional();
        SkipBlanks();
        if (_at < text.Length)
            throw Problem(text[_at] switch
            {
                ')' => "a ')' without '('",
                ';' => "several expressions: a rule has one",
                ':' when _at + 1 < text.Length && text[_at + 1] == '=' => "assignments are not allowed in rules",
                ':' => "a ':' without '?'",
                ',' => "a ',' outside of a function's parentheses",
                var c => $"'{c}' cannot stand here, an operator was expected",
            });
        return root;
    }

    private CalcNode ParseConditional()
    {
        Enter();
        var condition = ParseBinary(1);
        if (TakeSymbol("?"))
        {
            var whenTrue = ParseConditional();
            if (!TakeSymbol(":"))
                throw Problem("a '?' without ':'");
            condition = new CalcConditional(condition, whenTrue, ParseConditional());
        }
        _depth--;
        return condition;
    }

    private CalcNode ParseBinary(int priority)
    {
        if (priority > CalcOperators.HighestPriority)
            return ParseOperand();
        var left = ParseBinary(priority + 1);
        while (TakeBinary(priority) is { } found)
            left = new CalcBinary(found.Operation, left, ParseBinary(priority + 1));
        return left;
    }

    private CalcNode ParseOperand()
    {
        Enter();
        SkipBlanks();
        var node = ParsePrimary();
        _depth--;
        return node;
    }

    private CalcNode ParsePrimary()
    {
        if (_at >= text.Length)
            throw Problem("an operand is missing at the end");
        if (char.IsAsciiDigit(text[_at]) || text[_at] == '.')
            return ParseNumber();
        if (TakeSymbol("("))
        {
            var inner = ParseConditional();
            if (!TakeSymbol(")"))
                throw Problem("a '(' that is never closed");
            return inner;
        }
        foreach (var function in CalcOperators.Functions)
            if (TakeWord(function.Name))
                return ParseFunction(function);
        foreach (var (name, value) in CalcOperators.Constants)
            if (TakeWord(name))
                return new CalcLiteral(value);
        if (TakeWord("VAL"))
            return new CalcPrevious();
        if (TakeWord("RNDM"))
            throw Problem("RNDM has no place in a rule: who asks twice must get the same answer");
        var letter = char.ToUpperInvariant(text[_at]);
        if (letter is >= 'A' and <= 'L')
        {
            _at++;
            UsedInputs |= 1 << (letter - 'A');
            return new CalcInput(letter - 'A');
        }
        throw Problem($"'{text[_at]}' cannot stand here, an operand was expected");
    }

    // With one argument the parentheses may be left out: it is a prefix operator like '-'.
    private CalcFunction ParseFunction(CalcOperators.Function function)
    {
        var start = _at;
        if (function.MaxArguments == 1)
            return new(function.Operation, [ParseOperand()]);
        if (!TakeSymbol("("))
            throw Problem($"{function.Name} needs parentheses");
        var arguments = new List<CalcNode>();
        do
            arguments.Add(ParseConditional());
        while (TakeSymbol(","));
        if (!TakeSymbol(")"))
            throw Problem("a '(' that is never closed");
        if (arguments.Count < function.MinArguments || arguments.Count > function.MaxArguments)
            throw new CalcSyntaxException($"{function.Name} has {arguments.Count} arguments, {function.MinArguments} to {function.MaxArguments} are needed", start);
        return new(function.Operation, [.. arguments]);
    }

    private CalcLiteral ParseNumber()
    {
        var start = _at;
        if (text.AsSpan(_at).StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            _at += 2;
            while (_at < text.Length && char.IsAsciiHexDigit(text[_at]))
                _at++;
            return uint.TryParse(text.AsSpan(start + 2, _at - start - 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)
                ? new(unchecked((int)bits))
                : throw new CalcSyntaxException("a hexadecimal number of 1 to 8 digits was expected", start);
        }
        while (_at < text.Length && (char.IsAsciiDigit(text[_at]) || text[_at] == '.'))
            _at++;
        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            var exponent = _at + 1;
            if (exponent < text.Length && text[exponent] is '+' or '-')
                exponent++;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                _at = exponent;
                while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                    _at++;
            }
        }
        return double.TryParse(text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new(value)
            : throw new CalcSyntaxException($"'{text[start.._at]}' is not a number", start);
    }

    private CalcOperators.Binary? TakeBinary(int priority)
    {
        SkipBlanks();
        foreach (var candidate in CalcOperators.Binaries)
        {
            if (!StartsWith(candidate.Name))
                continue;
            // The longest name that fits is what is meant, whatever its priority.
            if (candidate.Priority != priority)
                return null;
            _at += candidate.Name.Length;
            return candidate;
        }
        return null;
    }

    private bool TakeSymbol(string symbol)
    {
        SkipBlanks();
        if (!StartsWith(symbol) || (symbol == ":" && StartsWith(":=")))
            return false;
        _at += symbol.Length;
        return true;
    }

    private bool TakeWord(string word)
    {
        if (!StartsWith(word))
            return false;
        _at += word.Length;
        return true;
    }

    private bool StartsWith(string part) => text.AsSpan(_at).StartsWith(part, StringComparison.OrdinalIgnoreCase);

    private void SkipBlanks()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
    }

    private void Enter()
    {
        if (++_depth > MaxDepth)
            throw Problem("nested too deeply");
    }

    private CalcSyntaxException Problem(string problem) => new(problem, Math.Min(_at, text.Length));
}
