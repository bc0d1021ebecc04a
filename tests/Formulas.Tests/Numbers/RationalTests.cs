using System.Numerics;

namespace ModelManager.Formulas.Tests;

public class RationalTests
{
    [Fact]
    public void Doubles_survive_the_way_there_and_back()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64());
            if (double.IsFinite(value) && value != 0)
                Assert.Equal(value, Rational.FromDouble(value).ToDouble());
        }
    }

    // The runtime's own parser is the oracle of correct rounding.
    [Fact]
    public void Rounds_as_a_decimal_literal_would()
    {
        var random = new Random(4);
        for (var i = 0; i < 5_000; i++)
        {
            var digits = string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)('0' + random.Next(10)))).TrimStart('0') + "7";
            var exponent = random.Next(-340, 300);
            var exact = exponent < 0 ? new Rational(BigInteger.Parse(digits), BigInteger.Pow(10, -exponent)) : new Rational(BigInteger.Parse(digits) * BigInteger.Pow(10, exponent));
            Assert.Equal(double.Parse($"{digits}e{exponent}", System.Globalization.CultureInfo.InvariantCulture), exact.ToDouble());
        }
    }

    [Theory]
    [InlineData(-7, 2, -4)]
    [InlineData(7, 2, 3)]
    [InlineData(-4, 2, -2)]
    public void Floors_downwards(int numerator, int denominator, int floor) => Assert.Equal(floor, (int)new Rational(numerator, denominator).Floor());

    [Fact]
    public void Signs_and_terms_are_normal() => Assert.Equal("-2/3", new Rational(4, -6).ToString());
}
