using System.Numerics;

namespace ModelManager.Formulas;

/// <summary>An exact fraction in lowest terms; what integers and decimal literals fold to before anything is rounded.</summary>
/// <remarks>SymPy keeps <c>1/3*3</c> exactly 1; so do we, up to <see cref="FormulaLimits.IntegerBits"/>.</remarks>
internal readonly struct Rational : IEquatable<Rational>
{
    private readonly BigInteger _denominatorMinusOne;   // so that default(Rational) is 0/1

    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
            throw new DivideByZeroException("a fraction needs a denominator other than 0");
        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator);
        if (denominator.Sign < 0)
            divisor = -divisor;
        Numerator = numerator / divisor;
        _denominatorMinusOne = denominator / divisor - 1;
    }

    public Rational(BigInteger integer) => Numerator = integer;

    public static Rational Zero => default;
    public static Rational One => new(BigInteger.One);

    public BigInteger Numerator { get; }
    public BigInteger Denominator => _denominatorMinusOne + 1;
    public bool IsInteger => _denominatorMinusOne.IsZero;
    public bool IsZero => Numerator.IsZero;
    public bool IsOne => Numerator.IsOne && IsInteger;
    public int Sign => Numerator.Sign;

    /// <summary>Bits of the larger of numerator and denominator.</summary>
    public long Bits => Math.Max(BigInteger.Abs(Numerator).GetBitLength(), Denominator.GetBitLength());

    public static implicit operator Rational(int value) => new(value);

    public static Rational operator +(Rational a, Rational b) =>
        a.IsInteger && b.IsInteger ? new(a.Numerator + b.Numerator) : new(a.Numerator * b.Denominator + b.Numerator * a.Denominator, a.Denominator * b.Denominator);

    public static Rational operator -(Rational a) => new(-a.Numerator, a.Denominator);
    public static Rational operator -(Rational a, Rational b) => a + -b;
    public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);
    public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

    /// <summary>The exact value of a finite double.</summary>
    public static Rational FromDouble(double value)
    {
        if (value == 0)
            return Zero;
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)((bits >> 52) & 0x7FF);
        var mantissa = bits & 0xFFFFFFFFFFFFFL;
        if (exponent == 0)
            exponent = 1;
        else
            mantissa |= 1L << 52;
        if (bits < 0)
            mantissa = -mantissa;
        exponent -= 1075;
        return exponent >= 0 ? new(new BigInteger(mantissa) << exponent) : new(mantissa, BigInteger.One << -exponent);
    }

    /// <summary>The largest integer not above this.</summary>
    public BigInteger Floor()
    {
        var quotient = BigInteger.DivRem(Numerator, Denominator, out var remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    /// <summary>The nearest double, ties to even; an infinity when out of range.</summary>
    public double ToDouble()
    {
        var numerator = BigInteger.Abs(Numerator);
        var denominator = Denominator;
        if (numerator.IsZero)
            return 0;
        if (numerator.GetBitLength() <= 53 && denominator.GetBitLength() <= 53)
            return (double)Numerator / (double)denominator;

        // Scale so that the quotient has 64 or 65 bits, then round it once, at the bit where the result's mantissa ends.
        var shift = 64 - (numerator.GetBitLength() - denominator.GetBitLength());
        var quotient = shift >= 0
            ? BigInteger.DivRem(numerator << (int)shift, denominator, out var remainder)
            : BigInteger.DivRem(numerator, denominator << (int)-shift, out remainder);
        var exponent = quotient.GetBitLength() - shift;                 // value in [2^(exponent-1), 2^exponent)
        if (exponent > 1024)
            return Sign < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        if (exponent < -1075)
            return Sign < 0 ? -0.0 : 0.0;
        var kept = (int)Math.Min(53, exponent + 1074);                  // fewer bits among subnormals
        var dropped = (int)quotient.GetBitLength() - kept;
        var mantissa = quotient >> dropped;
        var rest = quotient - (mantissa << dropped);
        var half = BigInteger.One << (dropped - 1);
        if (rest > half || (rest == half && (!remainder.IsZero || !mantissa.IsEven)))
            mantissa += 1;
        var magnitude = Math.ScaleB((double)mantissa, (int)(dropped - shift));
        return Sign < 0 ? -magnitude : magnitude;
    }

    public bool Equals(Rational other) => Numerator == other.Numerator && _denominatorMinusOne == other._denominatorMinusOne;
    public override bool Equals(object? obj) => obj is Rational other && Equals(other);
    public override int GetHashCode() => HashCode.Combine(Numerator, _denominatorMinusOne);
    public override string ToString() => IsInteger ? Numerator.ToString() : $"{Numerator}/{Denominator}";
}
