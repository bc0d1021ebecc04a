namespace ModelManager.Formulas;

/// <summary>Division and powers with the policy of formulas.md section 4: the IEEE value, and a flag where a scalar has none.</summary>
internal static class Arithmetic
{
    public static double Divide(double x, double y, ref FaultFlags flags)
    {
        if (y == 0)
            flags |= FaultFlags.DivisionByZero;
        return x / y;
    }

    public static double Inverse(double x, ref FaultFlags flags) => Divide(1, x, ref flags);

    public static double Square(double x, ref FaultFlags flags) => x * x;

    public static double Cube(double x, ref FaultFlags flags) => x * x * x;

    public static double Fourth(double x, ref FaultFlags flags)
    {
        var square = x * x;
        return square * square;
    }

    public static double Sqrt(double x, ref FaultFlags flags)
    {
        if (x < 0)
            flags.RaiseComplex();
        return Math.Sqrt(x);
    }

    public static double InverseSqrt(double x, ref FaultFlags flags) => Divide(1, Sqrt(x, ref flags), ref flags);

    public static double Power(double x, double y, ref FaultFlags flags)
    {
        if (x == 0 && y < 0)
            flags |= FaultFlags.DivisionByZero;
        var power = Math.Pow(x, y);
        if (double.IsNaN(power) && !double.IsNaN(x) && !double.IsNaN(y))
            flags.RaiseComplex();
        return power;
    }

    /// <summary>The remainder with the sign of the divisor, exact (Python's rule).</summary>
    public static double Mod(double x, double y, ref FaultFlags flags)
    {
        if (y == 0)
        {
            flags |= FaultFlags.DivisionByZero;
            return double.NaN;
        }
        var remainder = x % y;
        if (remainder != 0 && (remainder < 0) != (y < 0))
            remainder += y;
        return remainder;
    }

    /// <summary>The remainder where an operand carries rounding: 0 where x is a multiple of y as far as doubles can tell (33*x % x), else exact.</summary>
    public static double ModOfComputed(double x, double y, ref FaultFlags flags)
    {
        var quotient = x / y;
        return quotient == Math.Floor(quotient) && x - y * quotient == 0 ? 0 : Mod(x, y, ref flags);
    }

    /// <summary>floor(x/y) where an operand carries rounding: the rounded quotient decides, so -1 // (1/36) is -36.</summary>
    public static double FloorDivideComputed(double x, double y, ref FaultFlags flags) => Math.Floor(Divide(x, y, ref flags));

    /// <summary>floor(x/y) without the rounding of the quotient: 1.0//0.1 is 9.</summary>
    public static double FloorDivide(double x, double y, ref FaultFlags flags)
    {
        if (y == 0)
            flags |= FaultFlags.DivisionByZero;
        if (!double.IsFinite(x) || !double.IsFinite(y) || y == 0)
            return Math.Floor(x / y);
        var remainder = x % y;
        var quotient = (x - remainder) / y;
        if (remainder != 0 && (remainder < 0) != (y < 0))
            quotient -= 1;
        var floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }
}
