using System.Numerics;

namespace ModelManager.Formulas;

/// <summary>Arithmetic off the real line. Results that are real or imaginary exactly come out without rounding noise where that is cheap.</summary>
internal static class ComplexArithmetic
{
    // What became too small for a double is still off the real line: (-2.5)**-2000.5 has no real value.
    private static Complex Underflow => new(0, double.Epsilon);

    public static Complex Multiply(Complex a, Complex b)
    {
        if (a.Imaginary == 0)
            return new(a.Real * b.Real, b.Imaginary == 0 ? 0 : a.Real * b.Imaginary);
        if (b.Imaginary == 0)
            return new(a.Real * b.Real, a.Imaginary * b.Real);
        return a * b;
    }

    public static Complex Divide(Complex a, Complex b, ref FaultFlags flags)
    {
        if (b == Complex.Zero)
        {
            flags |= FaultFlags.DivisionByZero;
            return new(a.Real / 0.0, 0);
        }
        if (b.Imaginary == 0)
            return new(a.Real / b.Real, a.Imaginary == 0 ? 0 : a.Imaginary / b.Real);
        return a / b;
    }

    public static Complex Sqrt(Complex z)
    {
        if (z.Imaginary == 0)
            return z.Real >= 0 || double.IsNaN(z.Real) ? new(Math.Sqrt(z.Real), 0) : new(0, Math.Sqrt(-z.Real));
        return Complex.Sqrt(z);
    }

    public static Complex Power(Complex x, Complex y, ref FaultFlags flags)
    {
        if (y.Imaginary != 0)
        {
            if (x == Complex.Zero)
                return Complex.Zero;
            return Exp(Multiply(y, Log(x)));
        }
        var exponent = y.Real;
        if (x.Imaginary == 0)
            return RealBase(x.Real, exponent, ref flags);
        if (exponent == 0.5)
            return Sqrt(x);
        if (exponent == Math.Floor(exponent) && Math.Abs(exponent) <= 64)
        {
            var product = Complex.One;
            for (var i = 0; i < Math.Abs((int)exponent); i++)
                product *= x;
            return exponent < 0 ? Complex.One / product : product;
        }
        return Complex.FromPolarCoordinates(Math.Pow(Complex.Abs(x), exponent), x.Phase * exponent);
    }

    // |x|**y at the angle pi*y; half-integer angles are exact, so ((-2)**2.5)**2 is real again.
    private static Complex RealBase(double x, double exponent, ref FaultFlags flags)
    {
        if (x >= 0 || double.IsNaN(x) || exponent == Math.Floor(exponent))
            return Arithmetic.Power(x, exponent, ref flags);
        var magnitude = Math.Pow(-x, exponent);
        if (magnitude == 0 && x != 0 && double.IsFinite(x))
            return Underflow;
        var turns = exponent - 2 * Math.Floor(exponent / 2);
        return (turns * 2) switch
        {
            1 => new(0, magnitude),
            3 => new(0, -magnitude),
            _ => new(magnitude * Math.Cos(Math.PI * turns), magnitude * Math.Sin(Math.PI * turns)),
        };
    }

    public static Complex Exp(Complex z)
    {
        if (z.Imaginary == 0)
            return new(Math.Exp(z.Real), 0);
        var value = Complex.Exp(z);
        return value == Complex.Zero && double.IsFinite(z.Real) ? Underflow : value;
    }

    public static Complex Log(Complex z) =>
        z.Imaginary == 0
            ? new(Math.Log(Math.Abs(z.Real)), z.Real < 0 ? Math.PI : 0)
            : Complex.Log(z);
}
