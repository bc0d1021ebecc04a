namespace ModelManager.Formulas;

/// <summary>Integrals of polynomials in closed form; the rest is left to quadrature.</summary>
internal static class Antiderivative
{
    /// <summary>The definite integral over the bound variable, or null when the integrand is no polynomial in it.</summary>
    public static Node? Definite(NodeBuilder builder, Node body, int slot, Node low, Node high)
    {
        if (low is NumberNode { Exact: null } || high is NumberNode { Exact: null })
            return null;
        var powers = new SortedDictionary<int, Node>();
        if (!Collect(builder, body, new BoundNode(slot), NumberNode.One, 0, powers))
            return null;
        var terms = new List<(Node, bool)>();
        foreach (var (power, coefficient) in powers)
        {
            var n = new NumberNode(power + 1);
            var difference = builder.Subtract(builder.Power(high, n), builder.Power(low, n));
            terms.Add((builder.Divide(builder.Multiply(coefficient, difference), n), false));
        }
        return terms.Count == 0 ? NumberNode.Zero : builder.Add(terms);
    }

    private static bool Contains(Node node, BoundNode x)
    {
        if (node.Key == x.Key)
            return true;
        if (!node.HasBound)
            return false;
        foreach (var child in node.Children)
            if (Contains(child, x))
                return true;
        return false;
    }

    private static bool Collect(NodeBuilder b, Node node, BoundNode x, Node factor, int power, SortedDictionary<int, Node> powers)
    {
        if (!Contains(node, x))
        {
            var term = b.Multiply(factor, node);
            powers[power] = powers.TryGetValue(power, out var old) ? b.Add(old, term) : term;
            return true;
        }
        switch (node)
        {
            case BoundNode:
                powers[power + 1] = powers.TryGetValue(power + 1, out var known) ? b.Add(known, factor) : factor;
                return true;
            case PowNode { Base: BoundNode basis, Exponent: NumberNode { IsInteger: true } n } when basis.Key == x.Key && n.Exact!.Value.Numerator >= 0 && n.Exact.Value.Numerator <= 50:
                return Collect(b, NumberNode.One, x, factor, power + (int)n.Exact.Value.Numerator, powers);
            case AddNode sum:
                for (var i = 0; i < sum.Children.Length; i++)
                    if (!Collect(b, sum.Children[i], x, sum.Negative[i] ? b.Negate(factor) : factor, power, powers))
                        return false;
                return true;
            case MulNode product:
                // At most one factor may be a sum in x; the others are constants or powers.
                Node? rest = null;
                for (var i = 0; i < product.Children.Length; i++)
                {
                    var child = product.Children[i];
                    if (!Contains(child, x))
                        factor = b.Multiply([(factor, false), (child, product.Divide[i])]);
                    else if (product.Divide[i])
                        return false;
                    else if (child is BoundNode)
                        power++;
                    else if (child is PowNode { Base: BoundNode, Exponent: NumberNode { IsInteger: true } m } && m.Exact!.Value.Numerator >= 0 && m.Exact.Value.Numerator <= 50)
                        power += (int)m.Exact.Value.Numerator;
                    else if (rest is null)
                        rest = child;
                    else
                        return false;
                }
                return Collect(b, rest ?? NumberNode.One, x, factor, power, powers);
            default:
                return false;
        }
    }
}
