namespace ModelManager.Models.Torch.Script;

/// <summary>Reads one line: a statement, the condition of an <c>if</c>, or the head of a function.</summary>
internal sealed class ScriptExpressionParser(string file, ScriptLine line)
{
    private const int MaxDepth = 100;
    private int _next, _depth;

    /// <summary><c>def name(self: T, a: T=1) -> T:</c></summary>
    public (string Name, List<ScriptParameter> Parameters) Signature()
    {
        Expect("def");
        var name = Name();
        var parameters = new List<ScriptParameter>();
        Expect("(");
        while (!Accept(")"))
        {
            var parameter = Name();
            if (Accept(":"))
                Expression();
            parameters.Add(new(parameter, Accept("=") ? Expression() : null));
            if (!Accept(","))
            {
                Expect(")");
                break;
            }
        }
        if (Accept("->"))
            Expression();
        Expect(":");
        End();
        return (name, parameters);
    }

    /// <summary><c>if condition:</c></summary>
    public ScriptExpression Condition()
    {
        Expect("if");
        var condition = Expression();
        Expect(":");
        End();
        return condition;
    }

    public ScriptStatement Statement()
    {
        if (Accept("return"))
        {
            var value = Expression();
            End();
            return new ReturnStatement(line.Number, value);
        }
        var assigned = line.Tokens.Any(t => t.Spelling == "=" && t.Kind == ScriptTokenKind.Sign);
        if (!assigned || !TryNames(out var names))
        {
            _next = 0;
            var value = Expression();
            End();
            return new ExpressionStatement(line.Number, value);
        }
        var values = new List<ScriptExpression> { Expression() };
        while (Accept(","))
            values.Add(Expression());
        End();
        return new AssignStatement(line.Number, names, values);
    }

    // a = ; a : T = ; a, b = ; a, = (which unpacks a tuple of one, and is not read)
    private bool TryNames(out List<string> names)
    {
        names = [];
        do
        {
            if (AtEnd || Current.Kind != ScriptTokenKind.Name)
                break;
            names.Add(Name());
        }
        while (Accept(","));
        if (names.Count == 0)
            return false;
        if (names.Count == 1 && line.Tokens[_next - 1].Spelling == ",")
            throw Error();
        if (names.Count == 1 && Accept(":"))
            Expression();
        return Accept("=");
    }

    private ScriptExpression Expression()
    {
        if (++_depth > MaxDepth)
            throw Error();
        var value = Primary();
        while (true)
            if (Accept("."))
                value = new AttributeExpression(line.Number, value, Name());
            else if (Accept("("))
                value = Call(value);
            else if (Accept("["))
            {
                var items = Items("]");
                value = new IndexExpression(line.Number, value, items.Count == 1 ? items[0] : new SequenceExpression(line.Number, items));
            }
            else
            {
                _depth--;
                return value;
            }
    }

    private ScriptExpression Primary()
    {
        if (AtEnd)
            throw Error();
        var token = line.Tokens[_next++];
        switch (token.Kind)
        {
            case ScriptTokenKind.Number or ScriptTokenKind.Text:
                return new LiteralExpression(line.Number, token.Value);
            case ScriptTokenKind.Name:
                return token.Spelling switch
                {
                    "None" => new LiteralExpression(line.Number, null),
                    "True" => new LiteralExpression(line.Number, true),
                    "False" => new LiteralExpression(line.Number, false),
                    "inf" => new LiteralExpression(line.Number, double.PositiveInfinity),
                    "nan" => new LiteralExpression(line.Number, double.NaN),
                    var name => new NameExpression(line.Number, name),
                };
        }
        switch (token.Spelling)
        {
            case "-":
                return Negative();
            case "(":
                var first = _next;
                var items = Items(")");
                return items.Count == 1 && line.Tokens[_next - 2].Spelling != "," && _next > first ? items[0] : new SequenceExpression(line.Number, items);
            case "[":
                return new SequenceExpression(line.Number, Items("]"));
            default:
                throw Error();
        }
    }

    private LiteralExpression Negative()
    {
        var token = AtEnd ? throw Error() : line.Tokens[_next++];
        return new(line.Number, token switch
        {
            { Value: long integer } => (object)-integer,
            { Value: double number } => -number,
            { Kind: ScriptTokenKind.Name, Spelling: "inf" } => double.NegativeInfinity,
            _ => throw Error(),
        });
    }

    private CallExpression Call(ScriptExpression target)
    {
        var arguments = new List<ScriptExpression>();
        var named = new Dictionary<string, ScriptExpression>(StringComparer.Ordinal);
        while (!Accept(")"))
        {
            if (!AtEnd && Current.Kind == ScriptTokenKind.Name && _next + 1 < line.Tokens.Count && line.Tokens[_next + 1].Spelling == "=")
            {
                var name = Name();
                Expect("=");
                if (!named.TryAdd(name, Expression()))
                    throw Error();
            }
            else if (named.Count == 0)
                arguments.Add(Expression());
            else
                throw Error();
            if (!Accept(","))
            {
                Expect(")");
                break;
            }
        }
        return new(line.Number, target, arguments, named);
    }

    private List<ScriptExpression> Items(string close)
    {
        var items = new List<ScriptExpression>();
        while (!Accept(close))
        {
            items.Add(Expression());
            if (!Accept(","))
            {
                Expect(close);
                break;
            }
        }
        return items;
    }

    private bool AtEnd => _next == line.Tokens.Count;
    private ScriptToken Current => line.Tokens[_next];

    private bool Accept(string spelling)
    {
        if (AtEnd || Current.Kind is ScriptTokenKind.Text or ScriptTokenKind.Number || Current.Spelling != spelling)
            return false;
        _next++;
        return true;
    }

    private void Expect(string spelling)
    {
        if (!Accept(spelling))
            throw Error();
    }

    private string Name() => !AtEnd && Current.Kind == ScriptTokenKind.Name ? line.Tokens[_next++].Spelling : throw Error();

    private void End()
    {
        if (!AtEnd)
            throw Error();
    }

    private TorchFileException Error() => new(file, $"line {line.Number}: '{line.Text}' is not understood");
}
