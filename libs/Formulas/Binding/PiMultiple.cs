namespace ModelManager.Formulas;

/// <summary>Recognizes q*pi with a rational q, so that cos(pi/2) is 0 and tan(pi/2) a pole.</summary>
internal static class PiMultiple
{
    public static bool TryGet(Node node, out Rational multiple)
    {
        multiple = default;
        switch (node)
        {
            case NamedConstantNode { Name: "pi" }:
                multiple = Rational.One;
                return true;
            case AddNode { Children.Length: 1 } negated when TryGet(negated.Children[0], out var inner):
                multiple = -inner;
                return true;
            case MulNode product when product.Term.CoreKey == Constants.Pi.Key:
                multiple = product.Term.Coefficient;
                return !HasFloat(product);
            default:
                return false;
        }
    }

    private static bool HasFloat(MulNode product)
    {
        foreach (var factor in product.Children)
            if (factor is NumberNode { IsFloat: true } || (factor is MulNode nested && HasFloat(nested)))
                return true;
        return false;
    }
}
