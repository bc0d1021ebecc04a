namespace ModelManager.Formulas;

/// <summary>A product taken apart: its rational coefficient and, for each base, the sum of its exponents. Finds what cancels.</summary>
internal sealed class FactorGroups
{
    private readonly Dictionary<(UInt128 Base, UInt128 Exponent), int> _index = [];

    public List<Group> Groups { get; } = [];
    public Rational Coefficient { get; private set; } = Rational.One;
    public bool FloatCoefficient { get; private set; }
    public int Numbers { get; private set; }

    /// <summary>A divisor is the number 0, or a factor is infinite or NaN: nothing may cancel against it.</summary>
    public bool Singular { get; private set; }

    /// <summary>At least one base occurs with exponents that together remove a singularity: x/x, sqrt(x)*sqrt(x).</summary>
    public bool Cancels { get; private set; }

    public UInt128 CoreKey
    {
        get
        {
            UInt128 key = 0;
            var count = 0;
            foreach (var group in Groups)
            {
                if (group.Exponent.IsZero)
                    continue;
                key += KeyOf(group);
                count++;
            }
            return count == 0 ? StructureKey.Of("1") : count == 1 ? key : StructureKey.Ordered(key, 31);
        }
    }

    public void Add(MulNode product)
    {
        for (var i = 0; i < product.Children.Length; i++)
            Add(product.Children[i], product.Divide[i]);
    }

    public void Add(Node factor, bool divide)
    {
        switch (factor)
        {
            case NumberNode { Exact: { } exact } number:
                Numbers++;
                FloatCoefficient |= number.IsFloat;
                if (divide && exact.IsZero)
                    Singular = true;
                else if (Coefficient.Bits + exact.Bits < 8000)
                    Coefficient = divide ? Coefficient / exact : Coefficient * exact;
                else
                    Singular = true;
                return;
            case NumberNode:
                Singular = true;
                break;
            case AddNode { Children.Length: 1 } negated when negated.Negative[0]:
                Coefficient = -Coefficient;
                Add(negated.Children[0], divide);
                return;
            case MulNode product:
                for (var i = 0; i < product.Children.Length; i++)
                    Add(product.Children[i], product.Divide[i] ^ divide);
                return;
        }
        var (basis, exponent, core) = PowerOf(factor);
        var slot = (basis.Key, core?.Term.CoreKey ?? 0);
        if (divide)
            exponent = -exponent;
        if (!_index.TryGetValue(slot, out var at))
        {
            _index[slot] = Groups.Count;
            Groups.Add(new(basis, core, exponent, factor, divide));
            return;
        }
        var old = Groups[at];
        if (old.Exponent.Bits + exponent.Bits > 4000)
            return;
        Cancels |= old.Exponent.Sign * exponent.Sign < 0 || (core is null && !(old.Exponent.IsInteger && exponent.IsInteger));
        Groups[at] = new(basis, core, old.Exponent + exponent, null, false) { Old = old };
    }

    private static (Node Base, Rational Exponent, Node? Core) PowerOf(Node node)
    {
        switch (node)
        {
            case PowNode { Exponent: NumberNode { Exact: { } power } } pow when pow.Base is PowNode { Exponent: NumberNode { Exact: { } inner } } nested && power.IsInteger && power.Bits + inner.Bits < 4000:
                return (nested.Base, inner * power, null);
            case PowNode { Exponent: NumberNode { Exact: { } power } } pow:
                return (pow.Base, power, null);
            case PowNode pow when pow.Exponent.Term.Coefficient is { IsZero: false } coefficient:
                return (pow.Base, coefficient, pow.Exponent);
            case CallNode { Function.Name: "exp" } call when call.Children[0].Term.Coefficient is { IsZero: false } coefficient && !call.Children[0].IsConstant:
                return (Constants.E, coefficient, call.Children[0]);
            default:
                return (node, Rational.One, null);
        }
    }

    private static UInt128 KeyOf(Group group)
    {
        if (group.Core is null && group.Exponent.IsOne)
            return group.Base.Key;
        return PowNode.KeyOf(group.Base.Key, group.Core?.Term.CoreKey ?? 0, group.Exponent);
    }

    /// <param name="Core">The exponent's symbolic part (up to its coefficient), or null when the exponent is a number.</param>
    /// <param name="Exponent">The sum of the exponents' numbers.</param>
    /// <param name="Single">The one factor this group is made of, or null when several merged.</param>
    internal sealed record Group(Node Base, Node? Core, Rational Exponent, Node? Single, bool Divide)
    {
        public Group? Old { get; init; }
    }
}
