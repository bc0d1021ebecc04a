namespace ModelManager.Formulas;

internal sealed partial class Binder
{
    private Node BindLoop(CallSyntax call, bool product)
    {
        if (call.Arguments.Length < 2)
            throw FormulaFailure.Arity(call.Name, "at least 2", call.Arguments.Length, call.Position);
        return Loop(call, call.Arguments.Length - 1, product);
    }

    // Sum(f, (i, ...), (j, ...)): the first limits are the innermost.
    private Node Loop(CallSyntax call, int level, bool product)
    {
        if (level == 0)
            return Bind(call.Arguments[0]);
        var (name, low, high) = Limits(call, call.Arguments[level]);
        var from = Bind(low);
        var to = Bind(high);
        if (from is NumberNode a && to is NumberNode b)
        {
            if (!double.IsFinite(a.Value) || !double.IsFinite(b.Value) || b.Value - a.Value + 1 > builder.Limits.Terms)
                throw FormulaFailure.TooLarge("the number of terms", builder.Limits.Terms, call.Position);
        }
        else if (from is NumberNode { Value: double.NegativeInfinity } || to is NumberNode { Value: double.PositiveInfinity })
        {
            throw FormulaFailure.TooLarge("the number of terms", builder.Limits.Terms, call.Position);
        }
        var slot = Slot(call);
        var body = _scope.With(name, new BoundNode(slot), () => Loop(call, level - 1, product));
        builder.Position = call.Position;
        builder.RequireNumber(body);
        var node = builder.Checked(new LoopNode(body, from, to, slot, product, builder.Limits.Terms));
        if (from is NumberNode x && to is NumberNode y && (y.Value - x.Value + 1) * body.Size > LoopNode.MaxSteps)
            throw FormulaFailure.TooLarge("the operations of all terms", LoopNode.MaxSteps, call.Position);
        return node;
    }

    private Node BindIntegral(CallSyntax call)
    {
        if (call.Arguments.Length < 2)
            throw FormulaFailure.Symbolic(call.Name, call.Position, "give limits: integrate(f, (x, 0, 1))");
        return Integral(call, call.Arguments.Length - 1);
    }

    private Node Integral(CallSyntax call, int level)
    {
        if (level == 0)
            return Bind(call.Arguments[0]);
        if (call.Arguments[level] is not SequenceSyntax { Items.Length: 3 })
            throw FormulaFailure.Symbolic(call.Name, call.Position, "give limits: integrate(f, (x, 0, 1))");
        var (name, low, high) = Limits(call, call.Arguments[level]);
        var from = Bind(low);
        var to = Bind(high);
        var slot = Slot(call);
        var body = _scope.With(name, new BoundNode(slot), () => Integral(call, level - 1));
        builder.Position = call.Position;
        builder.RequireNumber(body);
        return Antiderivative.Definite(builder, body, slot, from, to) ?? builder.Checked(new IntegralNode(body, from, to, slot));
    }

    private (string Name, SyntaxNode Low, SyntaxNode High) Limits(CallSyntax call, SyntaxNode limits) =>
        limits is SequenceSyntax { Kind: "tuple" or "list", Items: [NameSyntax name, var low, var high] }
            ? (name.Name, low, high)
            : throw FormulaFailure.Symbolic(call.Name, call.Position, $"give limits: {call.Name}(f, (n, 1, 10))");

    private int Slot(CallSyntax call) =>
        _scope.Depth < Scope.MaxSlots ? _scope.Depth : throw FormulaFailure.TooLarge("the nesting of sums and integrals", Scope.MaxSlots, call.Position);

    // diff(f, x), diff(f, x, 2), diff(f, (x, 2)), diff(f, x, y)
    private Node BindDerivative(CallSyntax call)
    {
        if (call.Arguments.IsEmpty)
            throw FormulaFailure.Arity(call.Name, "at least 2", 0, call.Position);
        if (call.Arguments.Length == 1)
            throw FormulaFailure.Symbolic(call.Name, call.Position, "name the variable: diff(f, x)");
        var node = Bind(call.Arguments[0]);
        builder.RequireNumber(node);
        for (var i = 1; i < call.Arguments.Length; i++)
        {
            var argument = call.Arguments[i];
            var variable = argument is SequenceSyntax { Items: [var inner, ..] } ? inner : argument;
            var count = argument is SequenceSyntax { Items: [_, NumberSyntax n] } ? Order(n, call)
                : i + 1 < call.Arguments.Length && call.Arguments[i + 1] is NumberSyntax next ? Order(next, call)
                : 1;
            if (i + 1 < call.Arguments.Length && call.Arguments[i + 1] is NumberSyntax)
                i++;
            var target = Bind(variable);
            if (target is not (SymbolNode or BoundNode))
                throw FormulaFailure.Type("expression where a name belongs", call.Position, "differentiate by a symbol");
            for (var k = 0; k < count; k++)
                node = new Differentiator(builder, target).Differentiate(node);
        }
        return node;
    }

    private static int Order(NumberSyntax number, CallSyntax call) =>
        number.Value.IsInteger && number.Value.Numerator >= 0 && number.Value.Numerator <= 20
            ? (int)number.Value.Numerator
            : throw FormulaFailure.TooLarge("the order of the derivative", 20, call.Position);
}
