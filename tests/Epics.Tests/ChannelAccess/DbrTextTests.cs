using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Tests.ChannelAccess;

public class DbrTextTests
{
    // What `caget -s` of EPICS base 7 shows of an ao record with that value and PREC.
    [Theory]
    [InlineData(1.5, 3, "1.500")]
    [InlineData(0, 0, "0")]
    [InlineData(2.5, 0, "3")]
    [InlineData(-2.5, 0, "-3")]
    [InlineData(0.999, 2, "1.00")]
    [InlineData(-0.004, 2, "-0.00")]
    [InlineData(3.14159265358979, 6, "3.141593")]
    [InlineData(3.14159265358979, 8, "3.14159265")]
    [InlineData(3.14159265358979, 9, " 3.141592654e+00")]
    [InlineData(12345678.9, 2, "12345678.90")]
    [InlineData(12345678.9, 5, "12345678.900")]
    [InlineData(1e17, 3, " 1.000e+17")]
    [InlineData(-1e17, 0, " -1e+17")]
    [InlineData(1e-9, 12, " 1.000000000000e-09")]
    [InlineData(double.NaN, 3, "nan")]
    [InlineData(double.PositiveInfinity, 3, "       inf")]
    [InlineData(double.NegativeInfinity, 3, "      -inf")]
    public void Numbers_read_as_records_write_them(double value, int precision, string expected) => Assert.Equal(expected, DbrText.Format(value, precision));

    [Fact]
    public void Without_a_precision_there_are_six_digits() => Assert.Equal("1.250000", DbrText.Format(1.25, -1));

    [Theory]
    [InlineData("3.5", true, 3.5)]
    [InlineData("  -3.5e2 ", true, -350)]
    [InlineData("4.75volts", true, 4.75)]
    [InlineData("7e", true, 7)]
    [InlineData("0x1F", true, 31)]
    [InlineData("-0x10", true, -16)]
    [InlineData("Inf", true, double.PositiveInfinity)]
    [InlineData("-infinity", true, double.NegativeInfinity)]
    [InlineData("NaN", true, double.NaN)]
    [InlineData("", true, 0)]
    [InlineData("   ", false, 0)]
    [InlineData("abc", false, 0)]
    [InlineData(".", false, 0)]
    [InlineData("-", false, 0)]
    public void Numbers_are_read_as_far_as_they_go(string text, bool isNumber, double expected)
    {
        Assert.Equal(isNumber, DbrText.TryParse(text, out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("42", true, 42)]
    [InlineData("-7 mm", true, -7)]
    [InlineData("1.9", true, 1)]
    [InlineData("1e3", true, 1000)]
    [InlineData("9007199254740993", true, 9007199254740993)]
    [InlineData("", true, 0)]
    [InlineData("x", false, 0)]
    [InlineData("nan", false, 0)]
    public void Integers_are_read_whole(string text, bool isNumber, long expected)
    {
        Assert.Equal(isNumber, DbrText.TryParse(text, out long value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut_between_characters()
    {
        var field = new byte[8];
        field.AsSpan().Fill(0xFF);
        DbrText.Write("abcdefé", field);      // é would need bytes 7 and 8, the terminator takes the last
        Assert.Equal("abcdef\0\0"u8.ToArray(), field);
    }
}
