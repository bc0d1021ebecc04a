using System.Numerics;

namespace ModelManager.Formulas;

/// <summary>The elementary functions off the real line, with mpmath's branch cuts.</summary>
internal static class ComplexElementary
{
    private static readonly Complex I = Complex.ImaginaryOne;

    public static Complex Sqrt(Complex z, ref FaultFlags flags) => ComplexArithmetic.Sqrt(z);
    public static Complex Exp(Complex z, ref FaultFlags flags) => ComplexArithmetic.Exp(z);

    public static Complex Log(Complex z, ref FaultFlags flags)
    {
        if (z == Complex.Zero)
            flags |= FaultFlags.Pole;
        return ComplexArithmetic.Log(z);
    }

    public static Complex Log(Complex z, Complex basis, ref FaultFlags flags) =>
        ComplexArithmetic.Divide(Log(z, ref flags), Log(basis, ref flags), ref flags);

    public static Complex Sin(Complex z, ref FaultFlags flags) => z.Imaginary == 0 ? Math.Sin(z.Real) : Complex.Sin(z);
    public static Complex Cos(Complex z, ref FaultFlags flags) => z.Imaginary == 0 ? Math.Cos(z.Real) : Complex.Cos(z);
    public static Complex Tan(Complex z, ref FaultFlags flags) => z.Imaginary == 0 ? Math.Tan(z.Real) : Complex.Tan(z);
    public static Complex Cot(Complex z, ref FaultFlags flags) => Inverse(Tan(z, ref flags), ref flags);
    public static Complex Sec(Complex z, ref FaultFlags flags) => Inverse(Cos(z, ref flags), ref flags);
    public static Complex Csc(Complex z, ref FaultFlags flags) => Inverse(Sin(z, ref flags), ref flags);

    public static Complex Sinh(Complex z, ref FaultFlags flags) => z.Imaginary == 0 ? Math.Sinh(z.Real) : Complex.Sinh(z);
    public static Complex Cosh(Complex z, ref FaultFlags flags) => z.Imaginary == 0 ? Math.Cosh(z.Real) : Complex.Cosh(z);
    public static Complex Tanh(Complex z, ref FaultFlags flags) => z.Imaginary == 0 ? Math.Tanh(z.Real) : Complex.Tanh(z);
    public static Complex Coth(Complex z, ref FaultFlags flags) => Inverse(Tanh(z, ref flags), ref flags);
    public static Complex Sech(Complex z, ref FaultFlags flags) => Inverse(Cosh(z, ref flags), ref flags);
    public static Complex Csch(Complex z, ref FaultFlags flags) => Inverse(Sinh(z, ref flags), ref flags);

    // On the cut beyond 1 mpmath continues from below, beyond -1 from above: asin(2) = pi/2 - 1.317*I, asin(-2) = -pi/2 + 1.317*I.
    public static Complex Asin(Complex z, ref FaultFlags flags)
    {
        if (z.Imaginary != 0)
            return Complex.Asin(z);
        var x = z.Real;
        return Math.Abs(x) <= 1 || double.IsNaN(x)
            ? Math.Asin(x)
            : new Complex(Math.CopySign(Math.PI / 2, x), Math.CopySign(Math.Acosh(Math.Abs(x)), -x));
    }

    public static Complex Acos(Complex z, ref FaultFlags flags)
    {
        if (z.Imaginary != 0)
            return Math.PI / 2 - Complex.Asin(z);
        var x = z.Real;
        return Math.Abs(x) <= 1 || double.IsNaN(x)
            ? Math.Acos(x)
            : new Complex(x > 0 ? 0 : Math.PI, Math.CopySign(Math.Acosh(Math.Abs(x)), x));
    }

    public static Complex Atan(Complex z, ref FaultFlags flags) =>
        z.Imaginary == 0 ? Math.Atan(z.Real) : I / 2 * (ComplexArithmetic.Log(1 - I * z) - ComplexArithmetic.Log(1 + I * z));

    public static Complex Acot(Complex z, ref FaultFlags flags) => z == Complex.Zero ? Math.PI / 2 : Atan(1 / z, ref flags);
    public static Complex Asec(Complex z, ref FaultFlags flags) => Acos(Inverse(z, ref flags), ref flags);
    public static Complex Acsc(Complex z, ref FaultFlags flags) => Asin(Inverse(z, ref flags), ref flags);

    public static Complex Asinh(Complex z, ref FaultFlags flags) =>
        z.Imaginary == 0 ? Math.Asinh(z.Real) : ComplexArithmetic.Log(z + Complex.Sqrt(z * z + 1));

    public static Complex Acosh(Complex z, ref FaultFlags flags)
    {
        if (z.Imaginary == 0)
        {
            var x = z.Real;
            return x >= 1 || double.IsNaN(x) ? Math.Acosh(x) : x >= -1 ? new Complex(0, Math.Acos(x)) : new Complex(Math.Acosh(-x), Math.PI);
        }
        return ComplexArithmetic.Log(z + Complex.Sqrt(z + 1) * Complex.Sqrt(z - 1));
    }

    public static Complex Atanh(Complex z, ref FaultFlags flags)
    {
        if (z.Imaginary == 0)
        {
            var x = z.Real;
            if (Math.Abs(x) <= 1 || double.IsNaN(x))
                return Math.Atanh(x);
            return new(Math.Atanh(1 / x), x > 0 ? -Math.PI / 2 : Math.PI / 2);
        }
        return (ComplexArithmetic.Log(1 + z) - ComplexArithmetic.Log(1 - z)) / 2;
    }

    public static Complex Acoth(Complex z, ref FaultFlags flags) => z == Complex.Zero ? new(0, Math.PI / 2) : Atanh(ComplexArithmetic.Divide(1, z, ref flags), ref flags);
    public static Complex Asech(Complex z, ref FaultFlags flags) => z == Complex.Zero ? double.PositiveInfinity : Acosh(ComplexArithmetic.Divide(1, z, ref flags), ref flags);
    public static Complex Acsch(Complex z, ref FaultFlags flags) => Asinh(Inverse(z, ref flags), ref flags);

    public static Complex Cbrt(Complex z, ref FaultFlags flags) =>
        z.Imaginary == 0 && z.Real >= 0 ? Math.Cbrt(z.Real) : ComplexArithmetic.Power(z, 1.0 / 3, ref flags);

    public static Complex Root(Complex z, Complex n, ref FaultFlags flags) => n == 2 ? ComplexArithmetic.Sqrt(z) : ComplexArithmetic.Power(z, Inverse(n, ref flags), ref flags);

    public static Complex Abs(Complex z, ref FaultFlags flags) => Complex.Abs(z);
    public static Complex Sign(Complex z, ref FaultFlags flags) => z.Imaginary == 0 ? Rounding.Sign(z.Real, ref flags) : z / Complex.Abs(z);
    public static Complex Re(Complex z, ref FaultFlags flags) => z.Real;
    public static Complex Im(Complex z, ref FaultFlags flags) => z.Imaginary;
    public static Complex Conjugate(Complex z, ref FaultFlags flags) => Complex.Conjugate(z);
    public static Complex Arg(Complex z, ref FaultFlags flags) => z.Imaginary == 0 ? Rounding.Arg(z.Real, ref flags) : z.Phase;
    public static Complex Floor(Complex z, ref FaultFlags flags)
    {
        z = Clean(z);
        // Nothing is left of the fraction of such a number: that a part of it looks whole does not make it real.
        if (z.Imaginary != 0 && Math.Max(Math.Abs(z.Real), Math.Abs(z.Imaginary)) > 1L << 53)
            flags |= FaultFlags.Complex;
        return new(Math.Floor(z.Real), Math.Floor(z.Imaginary));
    }

    public static Complex Ceiling(Complex z, ref FaultFlags flags) => new(Math.Ceiling(Clean(z).Real), Math.Ceiling(Clean(z).Imaginary));
    public static Complex Frac(Complex z, ref FaultFlags flags) => z - Floor(z, ref flags);

    public static Complex Mod(Complex x, Complex y, ref FaultFlags flags) =>
        RealPart.TryGet(x, out var a) && RealPart.TryGet(y, out var b)
            ? Arithmetic.Mod(a, b, ref flags)
            : x - y * Floor(ComplexArithmetic.Divide(x, y, ref flags), ref flags);

    public static Complex FloorDivide(Complex x, Complex y, ref FaultFlags flags) =>
        RealPart.TryGet(x, out var a) && RealPart.TryGet(y, out var b)
            ? Arithmetic.FloorDivide(a, b, ref flags)
            : Floor(ComplexArithmetic.Divide(x, y, ref flags), ref flags);

    public static Complex Sinc(Complex z, ref FaultFlags flags) => z == Complex.Zero ? 1 : Sin(z, ref flags) / z;
    public static Complex Radians(Complex z, ref FaultFlags flags) => z * (Math.PI / 180);
    public static Complex Degrees(Complex z, ref FaultFlags flags) => z * (180 / Math.PI);

    // Noise of the last place must not push a part below an integer.
    private static Complex Clean(Complex z) => RealPart.TryGet(z, out var real) ? real : z;

    private static Complex Inverse(Complex z, ref FaultFlags flags) => ComplexArithmetic.Divide(1, z, ref flags);
}
