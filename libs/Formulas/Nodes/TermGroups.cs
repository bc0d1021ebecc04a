namespace ModelManager.Formulas;

/// <summary>A sum taken apart: its rational constant and, for each like term, the sum of its coefficients. Finds what cancels.</summary>
internal sealed class TermGroups
{
    private readonly Dictionary<UInt128, int> _index = [];

    public List<Group> Groups { get; } = [];
    public Rational Constant { get; private set; }
    public bool FloatConstant { get; private set; }

    /// <summary>Like terms of opposite sign meet, or the constants add up to nothing.</summary>
    public bool Cancels => _opposed || (_constants > 0 && Constant.IsZero && !FloatConstant);

    private bool _opposed;
    private int _constants;

    public void Add(Node node, Rational sign)
    {
        switch (node)
        {
            case NumberNode { Exact: { } exact } number:
                if (Constant.Bits + exact.Bits > 8000)
                {
                    // Too long to be added exactly on the chance of a cancellation.
                    FloatConstant = true;
                    Groups.Add(new(node, sign, sign));
                    return;
                }
                Constant += sign * exact;
                FloatConstant |= number.IsFloat;
                _constants++;
                return;
            case NumberNode or MulNode { IsSingular: true }:
                // Infinite or NaN: oo - oo is no 0, and neither is x/0 - x/0.
                Groups.Add(new(node, sign, sign));
                return;
            case AddNode sum:
                for (var i = 0; i < sum.Children.Length; i++)
                    Add(sum.Children[i], sum.Negative[i] ? -sign : sign);
                return;
        }
        var (coefficient, core) = node.Term;
        coefficient *= sign;
        if (coefficient.IsZero)
        {
            Groups.Add(new(node, coefficient, sign));
            return;
        }
        if (!_index.TryGetValue(core, out var at))
        {
            _index[core] = Groups.Count;
            Groups.Add(new(node, coefficient, sign));
            return;
        }
        var group = Groups[at];
        if (group.Coefficient.Bits + coefficient.Bits > 4000)
            return;
        _opposed |= group.Total.Sign * coefficient.Sign < 0;
        Groups[at] = group with { Total = group.Total + coefficient, Merged = true };
    }

    /// <summary>One term, or several alike.</summary>
    internal sealed record Group(Node First, Rational FirstCoefficient, Rational FirstSign)
    {
        public Rational Total { get; init; } = FirstCoefficient;
        public bool Merged { get; init; }

        /// <summary>The one term this group is made of (its sign is that of <see cref="Coefficient"/>), or null.</summary>
        public Node? Single => Merged ? null : First;

        /// <summary>What <see cref="Core"/> is multiplied by; for a single term only the sign it is added with.</summary>
        public Rational Coefficient => Merged ? Total / FirstCoefficient * FirstSign : FirstSign;

        // Like terms are counted in units of the first one, so that its own coefficient needs no taking apart.
        public Node Core => First;
    }
}
