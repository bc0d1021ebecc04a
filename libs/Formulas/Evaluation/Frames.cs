using System.Numerics;

namespace ModelManager.Formulas;

/// <summary>Inputs and outcome of one scalar evaluation by walking the tree.</summary>
internal ref struct RealFrame(ReadOnlySpan<double> values, Span<double> bound)
{
    public readonly ReadOnlySpan<double> Values = values;
    public readonly Span<double> Bound = bound;
    public FaultFlags Flags;
    public long Steps;
}

/// <summary>The same over complex numbers: taken when a real step left the real line.</summary>
internal ref struct ComplexFrame(ReadOnlySpan<double> values, Span<double> bound)
{
    public readonly ReadOnlySpan<double> Values = values;
    public readonly Span<double> Bound = bound;
    public FaultFlags Flags;
    public long Steps;

    /// <summary>A copy for code that only knows real numbers.</summary>
    public readonly RealFrame Real => new(Values, Bound) { Steps = Steps };
}

/// <summary>The same over scalars and arrays; flags come from scalar steps only.</summary>
internal ref struct ArrayFrame(ReadOnlySpan<FormulaValue> values, Span<double> bound)
{
    public readonly ReadOnlySpan<FormulaValue> Values = values;
    public readonly Span<double> Bound = bound;
    public FaultFlags Flags;
    public long Steps;
    public int MaxElements = int.MaxValue;
    public int[]? ShapeA;
    public int[]? ShapeB;

    public FormulaValue ShapeFault(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        if (!Flags.Has(FaultFlags.Shape))
            (ShapeA, ShapeB) = (a.ToArray(), b.ToArray());
        Flags |= FaultFlags.Shape;
        return double.NaN;
    }
}

/// <summary>When a complex number counts as real.</summary>
internal static class RealPart
{
    // Rounding leaves a few units of the last place in the imaginary part of what is real exactly.
    private const double Tolerance = 2e-14;

    public static bool TryGet(Complex value, out double real)
    {
        real = value.Real;
        return value.Imaginary == 0 || (double.IsFinite(value.Real) && Math.Abs(value.Imaginary) <= Tolerance * Math.Abs(value.Real));
    }
}
