using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace ModelManager.Formulas;

/// <summary>Precedence climbing over Python's expression grammar as SymPy's parser sees it (formulas.md section 2).</summary>
/// <remarks>Every recursion is counted: a .NET stack overflow cannot be caught and would end the process.</remarks>
internal sealed partial class Parser(IReadOnlyList<Token> tokens, FormulaLimits limits)
{
    private const int Comparison = 1, Or = 2, And = 3, Shift = 4, Sum = 5, Term = 6;

    private int _at;
    private int _nesting;
    private int _depth;
    private int _nodes;

    private Token Current => tokens[_at];

    public SyntaxNode Parse()
    {
        if (Current.Kind == TokenKind.End)
            throw FormulaFailure.Parse(0, "the formula is empty");
        var node = Expression(Comparison);
        if (Current.Is(","))
            node = RestOfTuple(node, ")", out _);
        if (Current.Kind != TokenKind.End)
            throw Unexpected();
        return node;
    }

    private SyntaxNode Expression(int minimum)
    {
        EnterDepth();
        var left = Unary();
        while (true)
        {
            var token = Current;
            var level = token.Kind == TokenKind.Operator ? LevelOf(token.Text) : 0;
            if (level < minimum || level == 0)
                break;
            if (level == Comparison)
            {
                _at++;
                left = Count(new CompareSyntax(token.Position, token.Text, left, Expression(Or)));
                if (Current.Kind == TokenKind.Operator && LevelOf(Current.Text) == Comparison)
                    throw FormulaFailure.Parse(Current.Position, "comparisons cannot be chained", "write (a < x) & (x < b)");
                break;
            }
            var rest = ImmutableArray.CreateBuilder<(string, SyntaxNode, int)>();
            while (Current.Kind == TokenKind.Operator && LevelOf(Current.Text) == level)
            {
                var op = Current;
                _at++;
                // A product's operand is a unary; a looser level's operand is everything that binds tighter.
                rest.Add((op.Text, Count(level == Term ? Unary() : Expression(level + 1)), op.Position));
            }
            left = Count(new ChainSyntax(token.Position, left, rest.ToImmutable()));
        }
        _depth--;
        return left;
    }

    private static int LevelOf(string op) => op switch
    {
        "<" or "<=" or ">" or ">=" or "==" or "!=" => Comparison,
        "|" => Or,
        "&" => And,
        "<<" or ">>" => Shift,
        "+" or "-" => Sum,
        "*" or "/" or "//" or "%" => Term,
        _ => 0,
    };

    // Signs are collected in a loop, not by recursion: twenty thousand of them are refused, not a stack overflow.
    private SyntaxNode Unary()
    {
        var start = Current.Position;
        var negative = false;
        var count = 0;
        while (Current.Is("-") || Current.Is("+"))
        {
            negative ^= Current.Text == "-";
            _at++;
            if (++count > limits.Chain)
                throw FormulaFailure.TooLarge("a chain of operators", limits.Chain, start);
        }
        if (!Current.Is("~"))
            return negative ? Count(new UnarySyntax(start, '-', Power())) : Power();

        var complements = 0;
        var at = Current.Position;
        while (Current.Is("~"))
        {
            _at++;
            if (++complements > limits.Chain)
                throw FormulaFailure.TooLarge("a chain of operators", limits.Chain, start);
        }
        EnterDepth();
        var operand = Unary();
        _depth--;
        SyntaxNode node = complements % 2 == 1 ? Count(new UnarySyntax(at, '~', operand)) : operand;
        return negative ? Count(new UnarySyntax(start, '-', node)) : node;
    }

    // The exponent is a unary, so that 2**-1 and 2**3**2 = 2**9 come out right.
    private SyntaxNode Power()
    {
        var left = Postfix();
        if (!Current.Is("**"))
            return left;
        var position = Current.Position;
        _at++;
        EnterDepth();
        var right = Unary();
        _depth--;
        return Count(new PowerSyntax(position, left, right));
    }

    private SyntaxNode Postfix()
    {
        var node = Atom();
        while (true)
        {
            var token = Current;
            if (token.Is("!"))
                node = Factorial(node);
            else if (token.Is("."))
                node = Attribute(node);
            else if (token.Is("["))
                throw FormulaFailure.Type("subscript", token.Position, "elements of an array cannot be picked in a formula");
            else if (token.Is("("))
                throw node is NumberSyntax
                    ? FormulaFailure.Parse(token.Position, "a number cannot be called", "write '*' between them")
                    : FormulaFailure.Type("call of a number", token.Position, "write '*' between them");
            else
                return node;
        }
    }

    private SyntaxNode Factorial(SyntaxNode operand)
    {
        var position = Current.Position;
        var count = 0;
        for (; Current.Is("!"); _at++)
            count++;
        if (count > 2)
            throw FormulaFailure.TooLarge("factorials in a row", 2, position);
        return Count(new CallSyntax(position, count == 1 ? "factorial" : "factorial2", [operand], []));
    }

    private void EnterDepth()
    {
        if (++_depth > limits.Depth)
            throw FormulaFailure.TooLarge("the depth of the expression", limits.Depth, Current.Position);
        // The counters bound the depth on a normal thread; a thread with a small stack gets the same answer, not a crash.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw FormulaFailure.TooLarge("the depth of the expression", _depth - 1, Current.Position);
    }

    private void EnterNesting(int position)
    {
        if (++_nesting > limits.Nesting)
            throw FormulaFailure.TooLarge("the nesting of parentheses", limits.Nesting, position);
        EnterDepth();
    }

    private void LeaveNesting()
    {
        _nesting--;
        _depth--;
    }

    private T Count<T>(T node) where T : SyntaxNode
    {
        if (++_nodes > limits.Nodes)
            throw FormulaFailure.TooLarge("the number of terms", limits.Nodes, node.Position);
        return node;
    }

    private FormulaFailure Unexpected()
    {
        var token = Current;
        if (token.Kind == TokenKind.End)
            return FormulaFailure.Parse(token.Position, "something is missing at the end");
        var shown = NumberLexer.Short(token.Text);
        return FormulaFailure.Parse(token.Position, $"unexpected '{shown}'", token switch
        {
            { Kind: TokenKind.Operator, Text: "&&" } => "write '&'",
            { Kind: TokenKind.Operator, Text: "||" } => "write '|'",
            { Kind: TokenKind.Operator, Text: "<>" } => "write Ne(a, b)",
            { Kind: TokenKind.Operator, Text: "=>" } => "write '>='",
            { Kind: TokenKind.Operator, Text: "=" } => "write Eq(a, b) to compare; a formula assigns nothing",
            { Kind: TokenKind.Operator, Text: "?" } => "write Piecewise((a, condition), (b, True))",
            { Kind: TokenKind.Name, Text: "and" } => "write '&' between comparisons in parentheses",
            { Kind: TokenKind.Name, Text: "or" } => "write '|' between comparisons in parentheses",
            { Kind: TokenKind.Name, Text: "not" } => "write Not(...)",
            { Kind: TokenKind.Name, Text: "if" } => "write Piecewise((a, condition), (b, True))",
            { Kind: TokenKind.Operator } => "",
            _ => "an operator is missing before it",
        });
    }
}
