namespace ModelManager.Formulas;

/// <summary>SymPy's named numbers.</summary>
internal static class Constants
{
    public const double EulerGamma = 0.57721566490153286;

    public static NamedConstantNode Pi { get; } = new("pi", Math.PI);
    public static NamedConstantNode E { get; } = new("E", Math.E);

    private static readonly Dictionary<string, Node> ByName = new(StringComparer.Ordinal)
    {
        ["pi"] = Pi,
        ["E"] = E,
        ["I"] = ImaginaryNode.Instance,
        ["oo"] = new NumberNode(null, double.PositiveInfinity, true),
        ["S.NegativeInfinity"] = new NumberNode(null, double.NegativeInfinity, true),
        ["nan"] = new NumberNode(null, double.NaN, true),
        ["GoldenRatio"] = new NamedConstantNode("GoldenRatio", 1.6180339887498949),
        ["EulerGamma"] = new NamedConstantNode("EulerGamma", EulerGamma),
        ["Catalan"] = new NamedConstantNode("Catalan", 0.91596559417721902),
        ["TribonacciConstant"] = new NamedConstantNode("TribonacciConstant", 1.8392867552141612),
        ["True"] = BooleanNode.True,
        ["true"] = BooleanNode.True,
        ["False"] = BooleanNode.False,
        ["false"] = BooleanNode.False,
        ["S.Half"] = new NumberNode(new Rational(1, 2)),
        ["S.Zero"] = NumberNode.Zero,
        ["S.One"] = NumberNode.One,
        ["S.NegativeOne"] = new NumberNode(-1),
    };

    public static IEnumerable<string> Names => ByName.Keys;

    public static Node? Find(string name) => ByName.GetValueOrDefault(name);
}
