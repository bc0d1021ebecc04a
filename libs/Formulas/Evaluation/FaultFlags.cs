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
}

internal static class FaultFlagsExtensions
{
    /// <summary>The fault to report when several bits are set: the one whose cause lies first.</summary>
    public static FormulaFault ToFault(this FaultFlags flags) =>
        flags == FaultFlags.None ? FormulaFault.None
        : flags.HasFlag(FaultFlags.Shape) ? FormulaFault.Shape
        : flags.HasFlag(FaultFlags.DivisionByZero) ? FormulaFault.DivisionByZero
        : flags.HasFlag(FaultFlags.Undefined) ? FormulaFault.Undefined
        : flags.HasFlag(FaultFlags.Limit) ? FormulaFault.Limit
        : FormulaFault.Complex;
}
