namespace ModelManager.Formulas;

/// <summary>Makes nodes, folding what is exact and cancelling what SymPy cancels when it parses.</summary>
/// <remarks>
/// A tree is kept as written unless a cancellation removes a singularity (x - x, x/x, sqrt(x)**2): the written order of operations is
/// what plain double arithmetic gives, and rearranging it moves results across the steps of floor and Mod.
/// </remarks>
/// <param name="limits">Bounds of size and exact arithmetic.</param>
/// <param name="cancel">False builds the text as it is written, singularities and all.</param>
internal sealed partial class NodeBuilder(FormulaLimits limits, bool cancel = true)
{
    private const int MaxMade = 300_000;
    private int _made;

    /// <summary>Where in the text the construct being built stands.</summary>
    public int Position { get; set; }

    public FormulaLimits Limits => limits;

    /// <summary>Something was cancelled: the text as written may fault where this tree does not, or for another reason.</summary>
    public bool HasCancelled { get; private set; }

    public Node Negate(Node node) => Add([(node, true)]);

    public Node Add(Node a, Node b) => Add([(a, false), (b, false)]);

    public Node Subtract(Node a, Node b) => Add([(a, false), (b, true)]);

    public Node Multiply(Node a, Node b) => Multiply([(a, false), (b, false)]);

    public Node Divide(Node a, Node b) => Multiply([(a, false), (b, true)]);

    public Node Add(List<(Node Node, bool Negative)> terms)
    {
        foreach (var (node, _) in terms)
            RequireNumber(node);
        if (terms.TrueForAll(t => t.Node is NumberNode { Exact: not null }))
        {
            var sum = Rational.Zero;
            var isFloat = false;
            foreach (var (node, negative) in terms)
            {
                var number = (NumberNode)node;
                sum = negative ? sum - number.Exact!.Value : sum + number.Exact!.Value;
                isFloat |= number.IsFloat;
                if (sum.Bits > limits.IntegerBits)
                    return Checked(Approximate(sum, isFloat));
            }
            return new NumberNode(sum, isFloat);
        }
        if (terms is [(var single, var minus)])
        {
            if (!minus)
                return single;
            if (single is AddNode { Children.Length: 1 } inner && inner.Negative[0])
                return inner.Children[0];
            if (single is NumberNode number)
                return new NumberNode(null, -number.Value, number.IsFloat);
        }
        var sums = new TermGroups();
        foreach (var (node, negative) in terms)
            sums.Add(node, negative ? -Rational.One : Rational.One);
        return sums.Cancels && MayCancel() ? Rebuild(sums) : Checked(new AddNode([.. terms.Select(t => t.Node)], [.. terms.Select(t => t.Negative)]));
    }

    public Node Multiply(List<(Node Node, bool Divide)> factors)
    {
        foreach (var (node, _) in factors)
            RequireNumber(node);
        if (factors is [(var single, false)])
            return single;
        factors = FoldLeadingNumbers(factors);
        if (factors is [(var folded, false)])
            return folded;

        var groups = new FactorGroups();
        foreach (var (node, divide) in factors)
            groups.Add(node, divide);
        // 0*x is 0; a constant divisor may still turn out to be 0 itself.
        if (!groups.Singular && groups.Numbers > 0 && groups.Coefficient.IsZero && !groups.FloatCoefficient && !factors.Exists(f => f.Divide && f.Node is { IsConstant: true } and not NumberNode) && MayCancel())
            return NumberNode.Zero;
        var unit = groups is { Numbers: > 0, FloatCoefficient: false, Singular: false } && groups.Coefficient.IsOne;
        if (!groups.Singular && (groups.Cancels || (unit && groups.Groups.Count > 0 && factors.Exists(f => f.Node is NumberNode))) && MayCancel())
            return Rebuild(groups);
        return Checked(new MulNode([.. factors.Select(f => f.Node)], [.. factors.Select(f => f.Divide)]));
    }

    public Node Power(Node basis, Node exponent)
    {
        RequireNumber(basis);
        RequireNumber(exponent);
        if (exponent is NumberNode { Exact: { } e } power)
        {
            if (e.IsZero && (basis is NumberNode or SymbolNode or BoundNode || MayCancel()))
                return NumberNode.One;
            if (power.IsExactOne)
                return basis;
            if (basis is NumberNode { Exact: { } b } number && e.IsInteger && !(b.IsZero && e.Sign < 0))
                return Exact(b, e, number.IsFloat || power.IsFloat);
            // (1/x)**-1 is x, also at 0.
            if (e.Equals(-Rational.One) && basis is MulNode quotient && quotient.Divide.Contains(true) && MayCancel())
            {
                var inverted = new List<(Node, bool)>();
                for (var i = 0; i < quotient.Children.Length; i++)
                    inverted.Add((quotient.Children[i], !quotient.Divide[i]));
                return Multiply(inverted);
            }
            if (e.IsInteger && basis is PowNode { Exponent: NumberNode { Exact: { } inner } } nested && (!inner.IsInteger || (inner.Sign < 0 && e.Sign < 0)) && inner.Bits + e.Bits < 1000 && MayCancel())
                return Power(nested.Base, new NumberNode(inner * e, power.IsFloat));
        }
        else if (basis is NumberNode { IsExactOne: true } && exponent is not NumberNode && (exponent is SymbolNode or BoundNode || MayCancel()))
        {
            return NumberNode.One;
        }
        return Checked(new PowNode(basis, exponent));
    }

    private bool MayCancel()
    {
        HasCancelled |= cancel;
        return cancel;
    }

    public T Checked<T>(T node) where T : Node
    {
        // Derivatives make trees that the text does not show; their total is bounded too.
        if (++_made > MaxMade)
            throw FormulaFailure.TooLarge("the number of operations", limits.Nodes, Position);
        if (node.Size > limits.Nodes)
            throw FormulaFailure.TooLarge("the number of operations", limits.Nodes, Position);
        if (node.Depth > limits.Chain + limits.Nesting)
            throw FormulaFailure.TooLarge("the depth of the expression", limits.Chain, Position);
        return node;
    }

    public void RequireNumber(Node node)
    {
        if (node.IsBoolean)
            throw FormulaFailure.Type("truth value", Position, "Piecewise((1, condition), (0, True)) turns a condition into a number");
    }

    private List<(Node Node, bool Divide)> FoldLeadingNumbers(List<(Node Node, bool Divide)> factors)
    {
        if (factors[0] is not (NumberNode { Exact: { } product } first, false))
            return factors;
        var isFloat = first.IsFloat;
        var used = 1;
        for (; used < factors.Count && factors[used] is (NumberNode { Exact: { } next } number, var divide) && !(divide && next.IsZero); used++)
        {
            product = divide ? product / next : product * next;
            isFloat |= number.IsFloat;
            if (product.Bits > limits.IntegerBits)
            {
                if (!isFloat)
                    throw FormulaFailure.TooLarge("an integer's bits", limits.IntegerBits, Position);
                return [(Approximate(product, true), false), .. factors.Skip(used + 1)];
            }
        }
        return used == 1 ? factors : [(new NumberNode(product, isFloat), false), .. factors.Skip(used)];
    }

    private Node Rebuild(TermGroups sums)
    {
        var terms = new List<(Node, bool)>();
        foreach (var group in sums.Groups)
        {
            if (group.Single is { } single)
                terms.Add((single, group.Coefficient.Sign < 0));
            else if (!group.Coefficient.IsZero)
                terms.Add((group.Coefficient.IsOne || (-group.Coefficient).IsOne ? group.Core : Multiply(new NumberNode(group.Coefficient.Sign < 0 ? -group.Coefficient : group.Coefficient), group.Core), group.Coefficient.Sign < 0));
        }
        if (!sums.Constant.IsZero || sums.FloatConstant)
            terms.Add((new NumberNode(sums.Constant, sums.FloatConstant), false));
        return terms.Count switch
        {
            0 => NumberNode.Zero,
            1 when !terms[0].Item2 => terms[0].Item1,
            _ => Checked(new AddNode([.. terms.Select(t => t.Item1)], [.. terms.Select(t => t.Item2)])),
        };
    }

    private Node Rebuild(FactorGroups groups)
    {
        var factors = new List<(Node, bool)>();
        if (!groups.Coefficient.IsOne)
            factors.Add((new NumberNode(groups.Coefficient, groups.FloatCoefficient), false));
        foreach (var group in groups.Groups)
        {
            if (group.Single is { } single)
            {
                factors.Add((single, group.Divide));
                continue;
            }
            if (group.Exponent.IsZero)
                continue;
            var negative = group.Exponent.Sign < 0;
            var magnitude = new NumberNode(negative ? -group.Exponent : group.Exponent);
            var exponent = group.Core is null ? magnitude : Multiply(magnitude, Core(group.Core));
            factors.Add((Power(group.Base, exponent), negative));
        }
        return factors switch
        {
            [] => NumberNode.One,
            [(var only, false)] => only,
            _ => Checked(new MulNode([.. factors.Select(f => f.Item1)], [.. factors.Select(f => f.Item2)])),
        };
    }

    // The exponent without its rational coefficient.
    private Node Core(Node exponent)
    {
        var coefficient = exponent.Term.Coefficient;
        return coefficient.IsOne ? exponent : Multiply(new NumberNode(Rational.One / coefficient), exponent);
    }

    private NumberNode Exact(Rational basis, Rational exponent, bool isFloat)
    {
        var bits = (basis.Bits - 1) * (double)System.Numerics.BigInteger.Abs(exponent.Numerator);
        var trivial = basis.Bits <= 1;       // 0, 1 and -1 stay as small as they are
        if (!trivial && bits > limits.IntegerBits)
        {
            if (!isFloat)
                throw FormulaFailure.TooLarge("an integer's bits", limits.IntegerBits, Position);
            return new NumberNode(null, Math.Pow(basis.ToDouble(), exponent.ToDouble()), true);
        }
        var n = trivial ? (exponent.Numerator.IsEven ? 2 : 1) * exponent.Sign : (int)exponent.Numerator;
        var (top, bottom) = (System.Numerics.BigInteger.Pow(basis.Numerator, Math.Abs(n)), System.Numerics.BigInteger.Pow(basis.Denominator, Math.Abs(n)));
        return new(n < 0 ? new Rational(bottom, top) : new Rational(top, bottom), isFloat);
    }

    private NumberNode Approximate(Rational value, bool isFloat) =>
        isFloat ? new(null, value.ToDouble(), true) : throw FormulaFailure.TooLarge("an integer's bits", limits.IntegerBits, Position);
}
