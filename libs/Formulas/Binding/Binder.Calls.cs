using System.Collections.Immutable;

namespace ModelManager.Formulas;

internal sealed partial class Binder
{
    private Node BindCall(CallSyntax call)
    {
        var node = Dispatch(call);
        builder.Position = call.Position;
        return node;
    }

    private Node Dispatch(CallSyntax call)
    {
        if (ForbiddenNames.IsHost(call.Name))
            throw FormulaFailure.NotAllowed(call.Name, call.Position);
        if (ForbiddenNames.IsSymbolic(call.Name))
            throw FormulaFailure.Symbolic(call.Name, call.Position, call.Name switch
            {
                "maximum" => "Max(a, b) gives the larger of two values",
                "minimum" => "Min(a, b) gives the smaller of two values",
                _ => "",
            });
        foreach (var (option, _) in call.Options)
            if (option is not ("evaluate" or "deep" or "force" or "real"))
                throw FormulaFailure.Type($"named argument '{option}'", call.Position);
        switch (call.Name)
        {
            case "Piecewise":
                return BindPiecewise(call);
            case "ITE":
                return BindIte(call);
            case "Sum" or "summation" or "Product" or "product":
                return BindLoop(call, call.Name is "Product" or "product");
            case "integrate" or "Integral":
                return BindIntegral(call);
            case "diff" or "Derivative":
                return BindDerivative(call);
            case "S" or "Integer" or "Float" or "Rational":
                return BindConstructor(call);
            case "Symbol":
                return BindSymbolCall(call);
            case "sum" or "Add" or "Mul":
                return BindNary(call);
            case "simplify" or "expand" or "factor" or "together" or "cancel" or "apart" or "trigsimp" or "powsimp" or "radsimp" or "ratsimp"
                or "logcombine" or "expand_log" or "expand_trig" or "powdenest" or "collect" or "factor_terms" or "nsimplify" or "N" or "nfloat":
                RequireArity(call, 1, 3);
                return Bind(call.Arguments[0]);
            case "sqrt":
                RequireArity(call, 1, 1);
                return builder.Power(Bind(call.Arguments[0]), new NumberNode(new Rational(1, 2)));
            case "Pow" or "pow" or "power":
                RequireArity(call, 2, 2);
                return builder.Power(Bind(call.Arguments[0]), Bind(call.Arguments[1]));
            case "root" when call.Arguments.Length == 2 && Bind(call.Arguments[1]) is NumberNode { Exact: { IsZero: false } n }:
                return n.Equals(3)
                    ? builder.Call("cbrt", Bind(call.Arguments[0]))
                    : builder.Power(Bind(call.Arguments[0]), new NumberNode(Rational.One / n));
            case "real_root" when call.Arguments.Length == 1:
                return Bind(call.Arguments[0]);
            case "where" when call.Arguments.Length == 3:
                return BindWhere(call);
            case "round" when call.Arguments.Length > 0 && !Bind(call.Arguments[0]).IsConstant:
                throw FormulaFailure.Symbolic("round", call.Position, "floor(x + 1/2) or rint(x) rounds to an integer");
        }
        if (FunctionTable.Find(call.Name) is not { } function)
        {
            if (symbols.TryGet(call.Name, out _) || _scope.Find(call.Name) is not null || Constants.Find(call.Name) is not null)
                throw FormulaFailure.Type("call of a number", call.Position, "write '*' between the factors");
            if (call.Name.Contains(':', StringComparison.Ordinal))
                throw FormulaFailure.UnknownSymbol(call.Name, call.Position, Suggestions.For(call.Name, symbols.Names));
            throw FormulaFailure.UnknownFunction(call.Name, call.Position, Suggestions.For(call.Name, FunctionTable.Names));
        }
        RequireArity(call, function.Minimum, function.Maximum, function.Arity);
        var arguments = new Node[call.Arguments.Length];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = Bind(call.Arguments[i]);
        builder.Position = call.Position;
        return builder.Call(function, arguments);
    }

    private static void RequireArity(CallSyntax call, int minimum, int maximum, string? expected = null)
    {
        var given = call.Arguments.Length;
        if (given < minimum || given > maximum)
            throw FormulaFailure.Arity(call.Name, expected ?? (minimum == maximum ? $"{minimum}" : $"{minimum} to {maximum}"), given, call.Position);
    }

    private Node BindPiecewise(CallSyntax call)
    {
        if (call.Arguments.IsEmpty)
            throw FormulaFailure.Arity("Piecewise", "at least 1", 0, call.Position);
        var operands = new List<Node>();
        foreach (var argument in call.Arguments)
        {
            if (argument is not SequenceSyntax { Kind: "tuple" or "list", Items: [var value, var condition] })
                throw FormulaFailure.Arity("Piecewise", "(value, condition)", argument is SequenceSyntax other ? other.Items.Length : 1, argument.Position);
            operands.Add(Bind(value));
            var test = Bind(condition);
            if (!test.IsBoolean)
                throw FormulaFailure.Type("number where a condition belongs", condition.Position, "compare it: (value, x > 0)");
            operands.Add(test);
        }
        builder.Position = call.Position;
        return builder.Piecewise([.. operands]);
    }

    private Node BindIte(CallSyntax call)
    {
        RequireArity(call, 3, 3);
        var operands = new Node[3];
        for (var i = 0; i < 3; i++)
        {
            operands[i] = Bind(call.Arguments[i]);
            if (!operands[i].IsBoolean && operands[i] is not SymbolNode)
                throw FormulaFailure.Type("number where a condition belongs", call.Arguments[i].Position, "Piecewise((a, condition), (b, True)) chooses between numbers");
        }
        builder.Position = call.Position;
        var condition = operands[0].IsBoolean ? operands[0] : builder.Call("Ne", operands[0], NumberNode.Zero);
        return builder.Piecewise([Truth(operands[1]), condition, Truth(operands[2]), BooleanNode.True]);
    }

    private Node Truth(Node node) => node.IsBoolean ? node : builder.Call("Ne", node, NumberNode.Zero);

    private Node BindWhere(CallSyntax call)
    {
        var condition = Bind(call.Arguments[0]);
        var test = condition.IsBoolean ? condition : builder.Call("Ne", condition, NumberNode.Zero);
        return builder.Piecewise([Bind(call.Arguments[1]), test, Bind(call.Arguments[2]), BooleanNode.True]);
    }

    private Node BindNary(CallSyntax call)
    {
        var items = call.Arguments is [SequenceSyntax { Kind: "tuple" or "list" } sequence] ? sequence.Items : call.Arguments;
        if (call.Name == "sum" && call.Arguments is not [SequenceSyntax { Kind: "tuple" or "list" }])
            throw FormulaFailure.Type("number where a list belongs", call.Position, "sum([a, b]) adds its items; nansum(x) adds the elements of an array");
        var nodes = new List<(Node, bool)>();
        foreach (var item in items)
            nodes.Add((Bind(item), false));
        builder.Position = call.Position;
        if (nodes.Count == 0)
            return call.Name == "Mul" ? NumberNode.One : NumberNode.Zero;
        return call.Name == "Mul" ? builder.Multiply(nodes) : builder.Add(nodes);
    }

    private Node BindConstructor(CallSyntax call)
    {
        RequireArity(call, 1, call.Name is "Rational" or "Float" ? 2 : 1);
        if (call.Name == "Rational" && call.Arguments.Length == 2)
            return builder.Divide(Bind(call.Arguments[0]), Bind(call.Arguments[1]));
        var node = call.Arguments[0] is TextSyntax text ? Number(text, call) : Bind(call.Arguments[0]);
        builder.Position = call.Position;
        builder.RequireNumber(node);
        return (call.Name, node) switch
        {
            ("S", _) => node,
            ("Integer", NumberNode { Exact: { } exact }) => new NumberNode(new Rational(System.Numerics.BigInteger.Divide(exact.Numerator, exact.Denominator))),
            ("Float", NumberNode { Exact: { } exact }) => new NumberNode(exact, true),
            ("Rational", NumberNode { Exact: { } exact }) => new NumberNode(exact),
            ("Float", { IsConstant: true }) => node,
            _ => throw FormulaFailure.Type($"symbol where {call.Name} needs a literal", call.Position),
        };
    }

    // Rational('1/3') and Float('1e-3'): digits only. S('...') would evaluate any text and is refused.
    private Node Number(TextSyntax text, CallSyntax call)
    {
        if (call.Name == "S" || text.Text.Length > 100 || text.Text.Any(c => !char.IsAsciiDigit(c) && !"+-./eE ".Contains(c, StringComparison.Ordinal)))
            throw FormulaFailure.NotAllowed($"{call.Name}('{NumberLexer.Short(text.Text)}')", text.Position);
        var table = new SymbolTable([]);
        var inner = new Parser(new Lexer(text.Text, table, builder.Limits).Read(), builder.Limits).Parse();
        return new Binder(table, builder).Bind(inner);
    }

    private SymbolNode BindSymbolCall(CallSyntax call)
    {
        if (call.Arguments is not [TextSyntax text, ..])
            throw FormulaFailure.Symbolic("Symbol", call.Position);
        if (!symbols.TryGet(text.Text, out var index))
            throw FormulaFailure.UnknownSymbol(text.Text, text.Position, Suggestions.For(text.Text, symbols.Names));
        return Use(index);
    }

    private Node BindMethod(MethodSyntax method)
    {
        // The target first: Matrix([...]).det() is refused for the matrix.
        if (method.Name is "subs" or "xreplace")
            return BindSubstitution(method);
        var target = Bind(method.Target);
        builder.Position = method.Position;
        return method.Name switch
        {
            "diff" or "integrate" => Bind(new CallSyntax(method.Position, method.Name, [method.Target, .. method.Arguments], [])),
            "conjugate" => builder.Call("conjugate", target),
            "det" or "norm" or "contains" => throw FormulaFailure.Symbolic(method.Name, method.Position),
            _ => target,
        };
    }

    // x.subs(x, 2) and x.subs({x: 2}): the name stands for the value while the target is bound.
    private Node BindSubstitution(MethodSyntax method)
    {
        ImmutableArray<SyntaxNode> pair = method.Arguments is [SequenceSyntax { Items: [SequenceSyntax { Items: [_, _] } inner] }] ? inner.Items : method.Arguments;
        if (pair is not [NameSyntax name, var replacement])
            throw FormulaFailure.Type("substitution that is not of one name", method.Position, "write expression.subs(name, value)");
        var value = Bind(replacement);
        return _scope.With(name.Name, value, () => Bind(method.Target));
    }
}
