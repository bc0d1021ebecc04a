using System.Numerics;

namespace ModelManager.Formulas;

// Each returns the IEEE value (what an array element becomes) and sets the flag a scalar reports.
internal delegate double Real1(double x, ref FaultFlags flags);

internal delegate double Real2(double x, double y, ref FaultFlags flags);

internal delegate double Real3(double x, double y, double z, ref FaultFlags flags);

internal delegate Complex Complex1(Complex x, ref FaultFlags flags);

internal delegate Complex Complex2(Complex x, Complex y, ref FaultFlags flags);

/// <summary>A function of whole arrays.</summary>
internal delegate FormulaValue Reduction(ReadOnlySpan<FormulaValue> arguments, ref ArrayFrame frame);
