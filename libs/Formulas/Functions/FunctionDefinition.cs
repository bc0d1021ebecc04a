namespace ModelManager.Formulas;

/// <summary>What a name may be called with and how it is computed.</summary>
internal sealed class FunctionDefinition(string name, int minimum, int maximum)
{
    public string Name { get; } = name;
    public int Minimum { get; } = minimum;
    public int Maximum { get; } = maximum;
    public Real1? Real1 { get; init; }
    public Real2? Real2 { get; init; }
    public Real3? Real3 { get; init; }
    public Complex1? Complex1 { get; init; }
    public Complex2? Complex2 { get; init; }

    /// <summary>Computes over whole arrays; the real functions above then give the value for scalars.</summary>
    public Reduction? Reduce { get; init; }

    /// <summary>Any number of arguments, combined two by two by <see cref="Real2"/>.</summary>
    public bool Folds { get; init; }

    /// <summary>The folded value is negated (Nand, Nor).</summary>
    public bool Negated { get; init; }

    /// <summary>Gives a truth value, no number.</summary>
    public bool IsBoolean { get; init; }

    /// <summary>Takes truth values.</summary>
    public bool TakesBooleans { get; init; }

    /// <summary>Needs an order: complex arguments are refused.</summary>
    public bool NeedsOrder { get; init; }

    public double Finish(double folded) => Negated ? (folded != 0 ? 0 : 1) : folded;

    /// <summary>IL can call static methods only.</summary>
    public bool IsEmittable => (Real1?.Method.IsStatic ?? true) && (Real2?.Method.IsStatic ?? true) && (Real3?.Method.IsStatic ?? true);

    /// <summary>The number of arguments as the error message says it.</summary>
    public string Arity => Maximum == int.MaxValue ? $"at least {Minimum}" : Minimum == Maximum ? $"{Minimum}" : $"{Minimum} to {Maximum}";
}
