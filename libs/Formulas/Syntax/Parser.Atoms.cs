using System.Collections.Immutable;

namespace ModelManager.Formulas;

internal sealed partial class Parser
{
    private static readonly HashSet<string> Methods = ["subs", "doit", "evalf", "n", "simplify", "expand", "factor", "together", "diff", "integrate", "det", "norm", "contains", "conjugate", "xreplace", "cancel"];

    private SyntaxNode Atom()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _at++;
                return Count(new NumberSyntax(token.Position, token.Value, token.IsFloat, false));
            case TokenKind.Imaginary:
                _at++;
                return Count(new NumberSyntax(token.Position, token.Value, token.IsFloat, true));
            case TokenKind.Text:
                _at++;
                return Count(new TextSyntax(token.Position, token.Text));
            case TokenKind.Symbol:
                _at++;
                return Current.Is("(") && FunctionTable.IsKnownName(token.Text)
                    ? Call(token)
                    : Count(new NameSyntax(token.Position, token.Text, token.Symbol));
            case TokenKind.Name:
                if (token.Text is "and" or "or" or "not" or "if" or "else" or "is" or "in" or "elif")
                    throw Unexpected();
                _at++;
                return Current.Is("(") ? Call(token) : Count(new NameSyntax(token.Position, token.Text, -1));
            case TokenKind.Operator when token.Text == "(":
                return Parenthesized();
            case TokenKind.Operator when token.Text == "[":
                return Sequence("list", "]");
            case TokenKind.Operator when token.Text == "{":
                return Sequence("set", "}");
            case TokenKind.Operator when token.Text == "...":
                _at++;
                return new SequenceSyntax(token.Position, "ellipsis", []);
            default:
                throw Unexpected();
        }
    }

    private SyntaxNode Parenthesized()
    {
        var open = Current.Position;
        _at++;
        EnterNesting(open);
        if (Current.Is(")"))
        {
            _at++;
            LeaveNesting();
            return new SequenceSyntax(open, "tuple", []);
        }
        var node = Expression(Comparison);
        if (Current.Is(","))
            node = RestOfTuple(node, ")", out _);
        Close(open, ")");
        LeaveNesting();
        return node;
    }

    private SyntaxNode Sequence(string kind, string close)
    {
        var open = Current.Position;
        _at++;
        EnterNesting(open);
        var items = ImmutableArray.CreateBuilder<SyntaxNode>();
        while (!Current.Is(close))
        {
            items.Add(Expression(Comparison));
            if (Current.Is(":"))
                throw FormulaFailure.Parse(Current.Position, "unexpected ':'");
            if (!Current.Is(","))
                break;
            _at++;
        }
        Close(open, close);
        LeaveNesting();
        return Count(new SequenceSyntax(open, kind, items.ToImmutable()));
    }

    private SequenceSyntax RestOfTuple(SyntaxNode first, string close, out int count)
    {
        var items = ImmutableArray.CreateBuilder<SyntaxNode>();
        items.Add(first);
        while (Current.Is(","))
        {
            _at++;
            if (Current.Is(close) || Current.Kind == TokenKind.End)
                break;
            items.Add(Expression(Comparison));
        }
        count = items.Count;
        return Count(new SequenceSyntax(first.Position, "tuple", items.ToImmutable()));
    }

    private SyntaxNode Call(Token name)
    {
        var open = Current.Position;
        _at++;
        EnterNesting(open);
        var arguments = ImmutableArray.CreateBuilder<SyntaxNode>();
        var options = ImmutableArray.CreateBuilder<(string, SyntaxNode)>();
        while (!Current.Is(")"))
        {
            if (Current.Kind is TokenKind.Name or TokenKind.Symbol && tokens[_at + 1].Is("="))
            {
                var option = Current.Text;
                _at += 2;
                options.Add((option, Expression(Comparison)));
            }
            else
            {
                arguments.Add(Expression(Comparison));
            }
            if (!Current.Is(","))
                break;
            _at++;
        }
        Close(open, ")");
        LeaveNesting();
        var call = Count(new CallSyntax(name.Position, name.Text, arguments.ToImmutable(), options.ToImmutable()));
        // Function('f')(x) applies a function object: legal in SymPy, but there is no number in it.
        if (Current.Is("(") && ForbiddenNames.IsSymbolic(name.Text))
            throw FormulaFailure.Symbolic(name.Text, name.Position);
        if (Current.Is("[") && ForbiddenNames.IsSymbolic(name.Text))
            throw FormulaFailure.Symbolic(name.Text, name.Position);
        return call;
    }

    private SyntaxNode Attribute(SyntaxNode target)
    {
        var dot = Current.Position;
        _at++;
        if (Current.Kind is not (TokenKind.Name or TokenKind.Symbol))
            throw Unexpected();
        var name = Current;
        _at++;
        if (target is NameSyntax { Name: "S", Symbol: < 0 } && SingletonNames.Find(name.Text) is { } singleton)
            return Count(new NameSyntax(target.Position, singleton, -1));
        if (!Current.Is("(") || !Methods.Contains(name.Text))
            throw FormulaFailure.NotAllowed($".{NumberLexer.Short(name.Text)}", dot);
        var call = (CallSyntax)Call(name);
        return Count(new MethodSyntax(dot, target, name.Text, call.Arguments));
    }

    private void Close(int open, string close)
    {
        if (Current.Is(close))
        {
            _at++;
            return;
        }
        if (Current.Is(":="))
            throw FormulaFailure.NotAllowed(":=", Current.Position);
        if (Current.Kind == TokenKind.End)
            throw FormulaFailure.Parse(open, $"the bracket opened here is never closed with '{close}'");
        throw Unexpected();
    }
}
