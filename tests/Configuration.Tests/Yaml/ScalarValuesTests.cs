using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Tests.Yaml;

public class ScalarValuesTests
{
    [Theory]
    [InlineData("1", 1), InlineData("1e-3", 0.001), InlineData(".5", 0.5), InlineData("5.", 5), InlineData("-2.5E+2", -250), InlineData("0x10", 16), InlineData("0o10", 8), InlineData("+3", 3), InlineData("010.5", 10.5)]
    [InlineData(".inf", double.PositiveInfinity), InlineData("-.inf", double.NegativeInfinity), InlineData(".nan", double.NaN)]
    public void Numbers_of_the_core_schema(string text, double expected)
    {
        Assert.True(ScalarValues.TryNumber(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData(""), InlineData("x"), InlineData("1 2"), InlineData("12:30"), InlineData("Infinity"), InlineData("NaN"), InlineData("-Infinity"), InlineData("1_000"), InlineData("1e999"), InlineData("0x"), InlineData("0xg"), InlineData("1,5")]
    public void Other_text_is_no_number(string text) => Assert.False(ScalarValues.TryNumber(text, out _));

    [Theory]
    [InlineData("0", 0), InlineData("-12", -12), InlineData("0xff", 255), InlineData("0o17", 15), InlineData("9223372036854775807", long.MaxValue)]
    public void Whole_numbers(string text, long expected)
    {
        Assert.True(ScalarValues.TryInteger(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory, InlineData("010"), InlineData("1.0"), InlineData("1e3"), InlineData("9223372036854775808"), InlineData("--1"), InlineData("0o8"), InlineData("-"), InlineData("12:30:45")]
    public void No_whole_numbers(string text) => Assert.False(ScalarValues.TryInteger(text, out _));

    [Theory]
    [InlineData("0.1", 0.1), InlineData("500 ms", 0.5), InlineData("500ms", 0.5), InlineData("2 s", 2), InlineData("1 min", 60), InlineData("1 h", 3600), InlineData("100 us", 0.0001), InlineData("10 Hz", 0.1), InlineData("1 kHz", 0.001), InlineData("1e-3", 0.001)]
    public void Durations(string text, double seconds)
    {
        Assert.True(ScalarValues.TryDuration(text, out var value));
        Assert.Equal(seconds, value.TotalSeconds, 9);
    }

    [Theory, InlineData("0"), InlineData("-1"), InlineData(".nan"), InlineData(".inf"), InlineData("1 fortnight"), InlineData("ms"), InlineData("1e99"), InlineData("0 Hz"), InlineData("1e-30")]
    public void No_durations(string text) => Assert.False(ScalarValues.TryDuration(text, out _));

    /// <summary>YAML 1.2 has true and false; PyYAML, which upstream reads with, takes the others too - and publishing must not depend on which.</summary>
    [Theory]
    [InlineData("true", true), InlineData("yes", true), InlineData("on", true), InlineData("False", false), InlineData("no", false), InlineData("off", false)]
    public void Truth_values(string text, bool expected)
    {
        Assert.True(ScalarValues.TryBoolean(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory, InlineData("y"), InlineData("1"), InlineData("tRue"), InlineData("")]
    public void No_truth_values(string text) => Assert.False(ScalarValues.TryBoolean(text, out _));
}
