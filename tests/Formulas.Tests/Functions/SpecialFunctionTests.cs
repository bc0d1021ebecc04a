namespace ModelManager.Formulas.Tests.Functions;

/// <summary>Where special functions are hard: beside poles and far out. Values from mpmath at 30 digits.</summary>
public class SpecialFunctionTests
{
    [Theory]
    [InlineData("zeta(x)", -1e-300, -0.5)]
    [InlineData("zeta(x)", -1e-5, -0.499990810714984775)]
    [InlineData("zeta(x)", 1e-9, -0.500000000918938534)]
    [InlineData("zeta(x)", 0.9999999999999999, -9007199254740991.42)]
    [InlineData("zeta(x)", 1.0000000000000002, 4503599627370496.58)]
    [InlineData("zeta(x)", 1.00001, 100000.577215737939)]
    [InlineData("gamma(x)", -0.9999999999999999, -9007199254740992.42)]
    [InlineData("gamma(x)", -2.0000001, -4999999.54679082049)]
    [InlineData("gamma(x)", -170.5, -3.31273952153860731e-308)]
    [InlineData("digamma(x)", -1000.25, 10.0500976930667059)]
    [InlineData("digamma(x)", double.NaN, double.NaN)]
    [InlineData("LambertW(x)", 1e200, 454.398045033714016)]
    [InlineData("LambertW(x)", 1.7976931348623157e308, 703.227033104770187)]
    [InlineData("binomial(x, 400.25)", 1000.5, 7.09202867892239206e+290)]
    [InlineData("binomial(x, 1e8)", 1.5e9, double.PositiveInfinity)]
    [InlineData("besselj(0, x)", 123456.5, -0.00193819168854960171)]
    [InlineData("besselj(0, x)", 1e15, 6.15663864688502168e-9)]
    [InlineData("bessely(1, x)", 1e10, -2.17559175063071714e-6)]
    [InlineData("isprime(x)", 1000000000039, 1)]
    [InlineData("isprime(x)", 1000000000037, 0)]
    [InlineData("isprime(x)", 9007199254740881, 1)]          // the largest prime below 2**53
    [InlineData("isprime(x)", 3215031751, 0)]                // a strong pseudoprime to 2, 3, 5 and 7
    public void Holds_beside_poles_and_far_out(string text, double x, double expected)
    {
        var value = Compiled.Value(text, ("x", x));
        if (double.IsFinite(expected))
            Assert.Equal(0, (value - expected) / Math.Max(Math.Abs(expected), double.Epsilon), 1e-10);
        else
            Assert.Equal(expected, value);
    }

    [Fact]
    public void Elements_off_the_real_line_are_NaN() =>
        Assert.Equal([double.NaN, 0], Compiled.Array("log1p(x)", ("x", new FormulaValue([double.NegativeInfinity, 0]))).Data.ToArray());
}
