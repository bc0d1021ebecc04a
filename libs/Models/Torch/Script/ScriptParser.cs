namespace ModelManager.Models.Torch.Script;

/// <summary>Reads the classes and functions of one <c>code/*.py</c>. A statement it does not know is kept as text; the frame around it - classes, functions, blocks - must be right.</summary>
internal sealed class ScriptParser(string file, List<ScriptLine> lines)
{
    private const int MaxBlocks = 40;
    private int _next;

    /// <exception cref="TorchFileException">Not what torch writes; with the line.</exception>
    public static ScriptSource Read(string file, string text)
    {
        var parser = new ScriptParser(file, ScriptLexer.Lines(file, text));
        var classes = new Dictionary<string, ScriptClass>(StringComparer.Ordinal);
        var functions = new Dictionary<string, ScriptFunction>(StringComparer.Ordinal);
        while (parser._next < parser.Count)
        {
            var line = parser.Current;
            switch (line.Tokens)
            {
                case [{ Spelling: "class" }, { Kind: ScriptTokenKind.Name } name, ..]:
                    parser._next++;
                    if (!classes.TryAdd(name.Spelling, parser.Class(name.Spelling, line)))
                        throw parser.Error(line, $"class {name.Spelling} is defined twice");
                    break;
                case [{ Spelling: "def" }, ..]:
                    var function = parser.Function(line);
                    if (!functions.TryAdd(function.Name, function))
                        throw parser.Error(line, $"function {function.Name} is defined twice");
                    break;
                default:                                    // op_version_set = 1, imports: definitions of later torch versions have none
                    parser._next++;
                    parser.SkipDeeper(line.Indent);
                    break;
            }
        }
        return new(classes, functions);
    }

    private int Count => lines.Count;
    private ScriptLine Current => lines[_next];

    private ScriptClass Class(string name, ScriptLine head)
    {
        var methods = new Dictionary<string, ScriptFunction>(StringComparer.Ordinal);
        var hooks = false;
        while (_next < Count && Current.Indent > head.Indent)
        {
            var line = Current;
            hooks |= line.Tokens[0].Spelling is "__forward_hooks__" or "__forward_pre_hooks__";
            if (line.Tokens[0].Spelling == "def")
            {
                var method = Function(line);
                if (!methods.TryAdd(method.Name, method))
                    throw Error(line, $"method {method.Name} is defined twice");
            }
            else
                _next++;
        }
        return new(name, head.Number, methods, hooks);
    }

    private ScriptFunction Function(ScriptLine head)
    {
        _next++;
        var reader = new ScriptExpressionParser(file, head);
        var (name, parameters) = reader.Signature();
        return new(file, name, head.Number, parameters, Block(head.Indent, 0));
    }

    private List<ScriptStatement> Block(int outer, int depth)
    {
        if (depth > MaxBlocks)
            throw Error(Current, $"blocks nested more than {MaxBlocks} deep");
        var body = new List<ScriptStatement>();
        if (_next == Count || Current.Indent <= outer)
            return body;
        var indent = Current.Indent;
        while (_next < Count && Current.Indent > outer)
        {
            if (Current.Indent != indent)
                throw Error(Current, "an indentation that fits no block");
            var line = lines[_next++];
            switch (line.Tokens[0].Spelling)
            {
                case "if":
                    body.Add(If(line, depth));
                    break;
                case "pass":
                    break;
                default:
                    body.Add(Statement(line));
                    SkipDeeper(indent);                     // the body of a loop that was not understood
                    break;
            }
        }
        return body;
    }

    private ScriptStatement If(ScriptLine head, int depth)
    {
        var condition = Try(head, static reader => reader.Condition());
        var then = Block(head.Indent, depth + 1);
        List<ScriptStatement> otherwise = [];
        if (_next < Count && Current.Indent == head.Indent && Current.Tokens is [{ Spelling: "else" }, { Spelling: ":" }])
        {
            _next++;
            otherwise = Block(head.Indent, depth + 1);
        }
        return condition is null ? new UnknownStatement(head.Number, head.Text) : new IfStatement(head.Number, condition, then, otherwise);
    }

    private ScriptStatement Statement(ScriptLine line) => Try(line, static reader => reader.Statement()) ?? new UnknownStatement(line.Number, line.Text);

    private T? Try<T>(ScriptLine line, Func<ScriptExpressionParser, T> read) where T : class
    {
        try
        {
            return read(new ScriptExpressionParser(file, line));
        }
        catch (TorchFileException)
        {
            return null;                                    // it is kept as text, and refused where it would be run
        }
    }

    private void SkipDeeper(int indent)
    {
        while (_next < Count && Current.Indent > indent)
            _next++;
    }

    private TorchFileException Error(ScriptLine line, string problem) => new(file, $"line {line.Number}: {problem}");
}
