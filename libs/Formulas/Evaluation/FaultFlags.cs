namespace ModelManager.Formulas;

/// <summary>What went wrong on the way; scalar code sets bits and goes on, so that no evaluation throws.</summary>
[Flags]
internal enum FaultFlags : byte
{
    None = 0,
    DivisionByZero = 1,
    Complex = 2,
    Undefined = 4,
    Limit = 8,
    Shape = 16,

    /// <summary>A logarithm of 0 was taken. Its -inf is a value, unless the whole turns NaN by it: 0*log(0).</summary>
    Pole = 32,

    /// <summary>The complex step came before any division by zero.</summary>
    ComplexFirst = 64,
}

internal static class FaultFlagsExtensions
{
    public const FaultFlags Hard = FaultFlags.DivisionByZero | FaultFlags.Complex | FaultFlags.Undefined | FaultFlags.Limit | FaultFlags.Shape;

    // Enum.HasFlag boxes where the JIT does not optimize.
    public static bool Has(this FaultFlags flags, FaultFlags flag) => (flags & flag) != FaultFlags.None;

    /// <summary>Marks a step off the real line, remembering whether it was the first fault.</summary>
    public static void RaiseComplex(ref this FaultFlags flags) =>
        flags |= (flags & Hard) == FaultFlags.None ? FaultFlags.Complex | FaultFlags.ComplexFirst : FaultFlags.Complex;

    /// <summary>The fault to report when several bits are set: the one whose cause lies first.</summary>
    public static FormulaFault ToFault(this FaultFlags flags) =>
        (flags & Hard) == FaultFlags.None ? FormulaFault.None
        : flags.Has(FaultFlags.ComplexFirst) ? FormulaFault.Complex
        : flags.Has(FaultFlags.Shape) ? FormulaFault.Shape
        : flags.Has(FaultFlags.DivisionByZero) ? FormulaFault.DivisionByZero
        : flags.Has(FaultFlags.Undefined) ? FormulaFault.Undefined
        : flags.Has(FaultFlags.Limit) ? FormulaFault.Limit
        : FormulaFault.Complex;
}
