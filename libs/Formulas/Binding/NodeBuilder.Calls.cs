using System.Numerics;

namespace ModelManager.Formulas;

internal sealed partial class NodeBuilder
{
    public Node Call(string name, params Node[] arguments) => Call(FunctionTable.Get(name), arguments);

    public Node Call(FunctionDefinition function, Node[] arguments)
    {
        if (arguments.Length < function.Minimum || arguments.Length > function.Maximum)
            throw FormulaFailure.Arity(function.Name, function.Arity, arguments.Length, Position);
        foreach (var argument in arguments)
            RequireKind(function, argument);
        if (function.NeedsOrder)
            foreach (var argument in arguments)
                RequireReal(argument);
        if (arguments.Length == 0)
            return BooleanNode.Of(function.Name == "And");
        if (Exact(function.Name, arguments) is { } exact)
            return exact;
        if (Cancel(function.Name, arguments) is { } cancelled && MayCancel())
            return cancelled;
        // Steps of floor and Mod: inputs and literals are taken as they are, computed operands carry rounding.
        if (function.Name is "Mod" or "floordiv" && !Array.TrueForAll(arguments, IsAsGiven))
            function = FunctionTable.Get(function.Name + "~");
        return Checked(new CallNode(function, arguments));
    }

    // An input, a literal, or what floating-point arithmetic makes of these without rounding. 1/20 is no double: it carries rounding.
    private static bool IsAsGiven(Node node) => node switch
    {
        SymbolNode or BoundNode => true,
        NumberNode { Exact: { } exact, IsFloat: false, Value: var value } => double.IsFinite(value) && Rational.FromDouble(value).Equals(exact),
        NumberNode => true,
        AddNode { Children.Length: 1 } negated => IsAsGiven(negated.Children[0]),
        CallNode { Function.Name: "Mod" or "floor" or "ceiling" or "Abs" or "sign" or "Max" or "Min" } exactly => Array.TrueForAll(exactly.Children.ToArray(), IsAsGiven),
        _ => false,
    };

    public Node Piecewise(Node[] operands)
    {
        var kept = new List<Node>();
        for (var i = 0; i < operands.Length; i += 2)
        {
            if (operands[i + 1] is BooleanNode { Value: false })
                continue;
            kept.Add(operands[i]);
            kept.Add(operands[i + 1]);
            if (operands[i + 1] is BooleanNode { Value: true })
                break;
        }
        if (kept.Count == 0)
            return new NumberNode(null, double.NaN, true);
        return kept[1] is BooleanNode { Value: true } ? kept[0] : Checked(new PiecewiseNode([.. kept]));
    }

    /// <summary>A sub-expression that is complex whatever the inputs are has no order.</summary>
    public void RequireReal(Node node)
    {
        if (!node.IsConstant || node.IsBoolean || node.HasLoop || node is NumberNode or NamedConstantNode)
            return;
        var frame = new ComplexFrame([], new double[16]);
        var value = node.Complex(ref frame);
        if (frame.Flags.Has(FaultFlags.Complex) || (frame.Flags == FaultFlags.None && !RealPart.TryGet(value, out _)))
            throw FormulaFailure.Complex(Position);
    }

    private void RequireKind(FunctionDefinition function, Node argument)
    {
        if (function.Name is "Eq" or "Ne" or "where")
            return;
        if (!function.TakesBooleans)
            RequireNumber(argument);
        else if (!argument.IsBoolean && argument is not SymbolNode and not BoundNode)
            throw FormulaFailure.Type("number where a condition belongs", Position, "compare it: Ne(x, 0)");
    }

    private Node? Exact(string name, Node[] arguments)
    {
        if (arguments is [NumberNode { Exact: { } x } one])
        {
            switch (name)
            {
                case "floor":
                    return new NumberNode(new(x.Floor()));
                case "ceiling":
                    return new NumberNode(new(-(-x).Floor()));
                case "frac":
                    return new NumberNode(x - new Rational(x.Floor()), one.IsFloat);
                case "trunc":
                    return new NumberNode(new(BigInteger.Divide(x.Numerator, x.Denominator)));
                case "Abs":
                    return x.Sign < 0 ? new NumberNode(-x, one.IsFloat) : one;
                case "sign":
                    return new NumberNode(x.Sign);
                case "re" or "conjugate" or "Max" or "Min":
                    return one;
                case "factorial" or "gamma" or "factorial2" or "catalan" when x.IsInteger && x.Numerator > limits.Factorial:
                    throw FormulaFailure.TooLarge($"the argument of {name}", limits.Factorial, Position);
                case "factorial" when one.IsInteger && x.Sign >= 0:
                    return Product(1, x.Numerator, 1);
                case "factorial2" when one.IsInteger && x.Sign > 0:
                    return Product(x.Numerator.IsEven ? 2 : 1, x.Numerator, 2);
                case "prime" or "fibonacci" or "lucas" or "bernoulli" or "harmonic" when x.Numerator > (name == "bernoulli" ? 200 : limits.Factorial):
                    throw FormulaFailure.TooLarge($"the argument of {name}", name == "bernoulli" ? 200 : limits.Factorial, Position);
            }
        }
        if (arguments is [NumberNode { Exact: { } a } left, NumberNode { Exact: { } b } right])
        {
            var isFloat = left.IsFloat || right.IsFloat;
            switch (name)
            {
                case "Mod" when !b.IsZero:
                    return new NumberNode(a - b * new Rational((a / b).Floor()), isFloat);
                case "floordiv" when !b.IsZero:
                    return new NumberNode(new((a / b).Floor()));
                case "Eq":
                    return BooleanNode.Of(a.Equals(b));
                case "Ne":
                    return BooleanNode.Of(!a.Equals(b));
                case "Lt":
                    return BooleanNode.Of((a - b).Sign < 0);
                case "Le":
                    return BooleanNode.Of((a - b).Sign <= 0);
                case "Gt":
                    return BooleanNode.Of((a - b).Sign > 0);
                case "Ge":
                    return BooleanNode.Of((a - b).Sign >= 0);
                case "binomial" when b.Numerator > limits.Factorial && (!a.IsInteger || a.Numerator - b.Numerator > limits.Factorial):
                    throw FormulaFailure.TooLarge("the argument of binomial", limits.Factorial, Position);
            }
        }
        if (name is "Max" or "Min" && Array.TrueForAll(arguments, n => n is NumberNode { Exact: not null }))
            return name == "Max" ? arguments.MaxBy(n => ((NumberNode)n).Value) : arguments.MinBy(n => ((NumberNode)n).Value);
        if (Array.TrueForAll(arguments, n => n is BooleanNode) && FunctionTable.Find(name) is { TakesBooleans: true } logical)
        {
            var frame = new RealFrame([], []);
            return BooleanNode.Of(new CallNode(logical, arguments).Real(ref frame) != 0);
        }
        return null;
    }

    // What SymPy's constructors rewrite on sight.
    private Node? Cancel(string name, Node[] arguments)
    {
        var first = arguments[0];
        switch (name)
        {
            case "exp" when first is CallNode { Function.Name: "log", Children.Length: 1 } inner:
                return inner.Children[0];
            case "sin" or "cos" or "tan" or "cot" or "sec" or "csc" or "sinh" or "cosh" or "tanh" or "coth" or "sech" or "csch"
                when first is CallNode { Children.Length: 1 } inner && inner.Function.Name == "a" + name:
                return inner.Children[0];
            case "sin" or "cos" or "tan" or "cot" or "sec" or "csc" when PiMultiple.TryGet(first, out var turns):
                return QuarterTurn(name, turns);
            case "sin" or "cos" or "tan" when first is NumberNode { Value: double.PositiveInfinity or double.NegativeInfinity }:
                throw FormulaFailure.Symbolic($"{name}(oo)", Position);
            case "Mod" when first.Key == arguments[1].Key && !first.IsConstant:
                return NumberNode.Zero;
            case "Eq" or "Le" or "Ge" when first.Key == arguments[1].Key:
                return BooleanNode.True;
            case "Ne" or "Lt" or "Gt" when first.Key == arguments[1].Key:
                return BooleanNode.False;
            case "floordiv" when first.Key == arguments[1].Key && !first.IsConstant:
                return NumberNode.One;
            case "Max" or "Min" when arguments.Length == 1:
                return first;
            case "re" or "conjugate" when first is SymbolNode:
                return first;
            // Not(x > 1) is x <= 1, which a NaN does not satisfy either.
            case "Not" when first is CallNode { Children.Length: 2 } relation && Opposite(relation.Function.Name) is { } opposite:
                return Call(opposite, relation.Children[0], relation.Children[1]);
            case "Not" when first is CallNode { Function.Name: "Not" } inner:
                return inner.Children[0];
            default:
                return null;
        }
    }

    private static string? Opposite(string relation) => relation switch
    {
        "Eq" => "Ne",
        "Ne" => "Eq",
        "Lt" => "Ge",
        "Le" => "Gt",
        "Gt" => "Le",
        "Ge" => "Lt",
        _ => null,
    };

    // sin, cos and their quotients at multiples of pi/2 are exact; elsewhere the double is as good.
    private Node? QuarterTurn(string name, Rational turns)
    {
        var quarters = turns * 2;
        if (!quarters.IsInteger)
            return null;
        var quadrant = (int)(((quarters.Numerator % 4) + 4) % 4);
        int sine = quadrant switch { 1 => 1, 3 => -1, _ => 0 }, cosine = quadrant switch { 0 => 1, 2 => -1, _ => 0 };
        var (top, bottom) = name switch { "sin" => (sine, 1), "cos" => (cosine, 1), "tan" => (sine, cosine), "cot" => (cosine, sine), "sec" => (1, cosine), _ => (1, sine) };
        return Divide(new NumberNode(top), new NumberNode(bottom));
    }

    private NumberNode Product(BigInteger from, BigInteger to, int step)
    {
        var product = BigInteger.One;
        for (var k = from; k <= to; k += step)
        {
            product *= k;
            if (product.GetBitLength() > limits.IntegerBits)
                throw FormulaFailure.TooLarge("an integer's bits", limits.IntegerBits, Position);
        }
        return new(new Rational(product));
    }
}
