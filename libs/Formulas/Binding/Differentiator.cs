namespace ModelManager.Formulas;

/// <summary>Derivatives by rule. What has no rule here is symbolic-only.</summary>
/// <param name="b">Makes the nodes of the result.</param>
/// <param name="x">The <see cref="SymbolNode"/> or <see cref="BoundNode"/> to differentiate by.</param>
internal sealed class Differentiator(NodeBuilder b, Node x)
{
    // Results share sub-trees; asked once per tree, the question stays cheap.
    private readonly Dictionary<UInt128, bool> _contains = [];

    public Node Differentiate(Node node)
    {
        if (node.Key == x.Key)
            return NumberNode.One;
        if (!Depends(node))
            return NumberNode.Zero;
        return node switch
        {
            AddNode sum => Sum(sum),
            MulNode product => Product(product),
            PowNode power => Power(power),
            PiecewiseNode piecewise => Piecewise(piecewise),
            CallNode call => Call(call),
            _ => throw FormulaFailure.Symbolic("Derivative", b.Position),
        };
    }

    private bool Depends(Node node)
    {
        if (_contains.TryGetValue(node.Key, out var known))
            return known;
        var depends = node.Key == x.Key;
        foreach (var child in node.Children)
            depends |= Depends(child);
        return _contains[node.Key] = depends;
    }


    private Node Sum(AddNode sum)
    {
        var terms = new List<(Node, bool)>();
        for (var i = 0; i < sum.Children.Length; i++)
            if (Differentiate(sum.Children[i]) is var d && d is not NumberNode { IsExactZero: true })
                terms.Add((d, sum.Negative[i]));
        return terms.Count == 0 ? NumberNode.Zero : b.Add(terms);
    }

    // (f1*...*fn/g1.../gm)' = sum over factors of the product with that factor replaced by its derivative, or -g'/g**2.
    private Node Product(MulNode product)
    {
        var terms = new List<(Node, bool)>();
        var size = 0;
        for (var i = 0; i < product.Children.Length; i++)
        {
            var derivative = Differentiate(product.Children[i]);
            if (derivative is NumberNode { IsExactZero: true })
                continue;
            var factors = new List<(Node, bool)> { (derivative, false) };
            for (var k = 0; k < product.Children.Length; k++)
                if (k != i)
                    factors.Add((product.Children[k], product.Divide[k]));
            if (product.Divide[i])
                factors.Add((b.Power(product.Children[i], new NumberNode(2)), true));
            terms.Add((b.Multiply(factors), product.Divide[i]));
            size += factors.Count;
            if (size > b.Limits.Nodes)
                throw FormulaFailure.TooLarge("the number of operations", b.Limits.Nodes, b.Position);
        }
        return terms.Count == 0 ? NumberNode.Zero : b.Add(terms);
    }

    private Node Power(PowNode power)
    {
        var (f, g) = (power.Base, power.Exponent);
        if (!Depends(g))
            return b.Multiply([(g, false), (b.Power(f, b.Subtract(g, NumberNode.One)), false), (Differentiate(f), false)]);
        var exponential = b.Multiply([(power, false), (b.Call("log", f), false), (Differentiate(g), false)]);
        return Depends(f)
            ? b.Add(exponential, b.Multiply([(power, false), (g, false), (Differentiate(f), false), (f, true)]))
            : exponential;
    }

    private Node Piecewise(PiecewiseNode piecewise)
    {
        var operands = piecewise.Children.ToArray();
        for (var i = 0; i < operands.Length; i += 2)
            operands[i] = Differentiate(operands[i]);
        return b.Piecewise(operands);
    }

    private Node Call(CallNode call)
    {
        var u = call.Children[0];
        if (call.Children.Length != 1)
            return Binary(call);
        Node Two() => new NumberNode(2);
        Node Sqrt(Node n) => b.Power(n, new NumberNode(new Rational(1, 2)));
        Node Square() => b.Power(u, Two());
        var outer = call.Function.Name switch
        {
            "exp" => call,
            "log" => b.Divide(NumberNode.One, u),
            "sin" => b.Call("cos", u),
            "cos" => b.Negate(b.Call("sin", u)),
            "tan" => b.Add(NumberNode.One, b.Power(call, Two())),
            "cot" => b.Negate(b.Add(NumberNode.One, b.Power(call, Two()))),
            "sec" => b.Multiply(call, b.Call("tan", u)),
            "csc" => b.Negate(b.Multiply(call, b.Call("cot", u))),
            "asin" => b.Divide(NumberNode.One, Sqrt(b.Subtract(NumberNode.One, Square()))),
            "acos" => b.Negate(b.Divide(NumberNode.One, Sqrt(b.Subtract(NumberNode.One, Square())))),
            "atan" => b.Divide(NumberNode.One, b.Add(NumberNode.One, Square())),
            "acot" => b.Negate(b.Divide(NumberNode.One, b.Add(NumberNode.One, Square()))),
            "sinh" => b.Call("cosh", u),
            "cosh" => b.Call("sinh", u),
            "tanh" => b.Subtract(NumberNode.One, b.Power(call, Two())),
            "asinh" => b.Divide(NumberNode.One, Sqrt(b.Add(Square(), NumberNode.One))),
            "acosh" => b.Divide(NumberNode.One, Sqrt(b.Subtract(Square(), NumberNode.One))),
            "atanh" => b.Divide(NumberNode.One, b.Subtract(NumberNode.One, Square())),
            "cbrt" => b.Divide(NumberNode.One, b.Multiply(new NumberNode(3), b.Power(call, Two()))),
            "Abs" => b.Call("sign", u),
            "sign" or "floor" or "ceiling" or "Heaviside" => NumberNode.Zero,
            "frac" => NumberNode.One,
            "erf" => b.Multiply([(Two(), false), (b.Call("exp", b.Negate(Square())), false), (Sqrt(Constants.Pi), true)]),
            "erfc" => b.Negate(b.Multiply([(Two(), false), (b.Call("exp", b.Negate(Square())), false), (Sqrt(Constants.Pi), true)])),
            "gamma" => b.Multiply(call, b.Call("digamma", u)),
            "loggamma" => b.Call("digamma", u),
            "digamma" => b.Call("trigamma", u),
            "rad" => b.Divide(Constants.Pi, new NumberNode(180)),
            "deg" => b.Divide(new NumberNode(180), Constants.Pi),
            _ => throw FormulaFailure.Symbolic($"Derivative of {call.Function.Name}", b.Position),
        };
        return b.Multiply(outer, Differentiate(u));
    }

    private Node Binary(CallNode call)
    {
        var (u, v) = (call.Children[0], call.Children[1]);
        switch (call.Function.Name)
        {
            case "log":
                return Differentiate(b.Divide(b.Call("log", u), b.Call("log", v)));
            case "root":
                return Differentiate(b.Power(u, b.Divide(NumberNode.One, v)));
            case "atan2":
                return b.Divide(
                    b.Subtract(b.Multiply(v, Differentiate(u)), b.Multiply(u, Differentiate(v))),
                    b.Add(b.Power(u, new NumberNode(2)), b.Power(v, new NumberNode(2))));
            default:
                throw FormulaFailure.Symbolic($"Derivative of {call.Function.Name}", b.Position);
        }
    }
}
