using ModelManager.Values;

namespace ModelManager.Pipeline.Tests;

public class ValueDifferenceTests
{
    private const double Huge = double.MaxValue;

    [Theory]
    [InlineData(1, 1, 0, 0)]
    [InlineData(4, 5, 1, 0.2)]
    [InlineData(5, 4, 1, 0.2)]
    [InlineData(-2, 2, 4, 2)]
    [InlineData(0, 3, 3, 1)]
    [InlineData(0, 0.0, 0, 0)]
    [InlineData(double.NaN, double.NaN, 0, 0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, 0, 0)]
    [InlineData(Huge, -Huge, double.PositiveInfinity, 2)]
    public void Of_numbers(double left, double right, double absolute, double relative)
    {
        var difference = ValueDifference.Between(PvValue.Double(left), PvValue.Double(right));
        Assert.Equal(new(true, absolute, absolute, relative, relative), difference);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity)]
    public void What_has_no_difference_is_unlike(double left, double right) => Assert.False(ValueDifference.Between(PvValue.Double(left), PvValue.Double(right)).IsAlike);

    [Fact]
    public void Numbers_of_any_width_can_be_subtracted() =>
        Assert.Equal(0.5, ValueDifference.Between(PvValue.Integer(PvKind.Int16, 3), PvValue.Single(2.5f)).MaxAbsolute);

    [Fact]
    public void Of_arrays_element_by_element()
    {
        var difference = ValueDifference.Between(PvValue.Array(new float[] { 1, 2, 4, 0 }), PvValue.Array(new double[] { 1, 4, 3, 0 }));
        Assert.Equal(new(true, 2, 0.75, 0.5, 0.1875), difference);
        Assert.Equal(1, ValueDifference.Between(PvValue.Array(new[] { true }), PvValue.Array(new[] { false })).MaxAbsolute);
        Assert.False(ValueDifference.Between(PvValue.Array(new float[2]), PvValue.Array(new float[3])).IsAlike);
        Assert.False(ValueDifference.Between(PvValue.Array(new double[] { double.NaN }), PvValue.Array(new double[] { 1 })).IsAlike);
        Assert.True(ValueDifference.Between(PvValue.Array(Array.Empty<double>()), PvValue.Array(Array.Empty<double>())).IsAlike);
    }

    [Fact]
    public void Of_images_pixel_by_pixel_where_their_shapes_agree()
    {
        static PvValue Image(byte last, params int[] shape) => PvValue.Image(new PvImage(new byte[] { 0, 0, 0, 0, 0, last }, [.. shape]));

        Assert.Equal(5, ValueDifference.Between(Image(5, 2, 3), Image(10, 2, 3)).MaxAbsolute);
        Assert.False(ValueDifference.Between(Image(5, 2, 3), Image(5, 3, 2)).IsAlike);
    }

    [Fact]
    public void Of_texts_and_missing_values()
    {
        Assert.True(ValueDifference.Between(PvValue.String("a"), PvValue.String("a")).IsAlike);
        Assert.False(ValueDifference.Between(PvValue.String("a"), PvValue.String("b")).IsAlike);
        Assert.False(ValueDifference.Between(PvValue.String("1"), PvValue.Double(1)).IsAlike);
        Assert.True(ValueDifference.Between(default, default).IsAlike);
        Assert.True(ValueDifference.Between(default, PvValue.Double(double.NaN)).IsAlike);
        Assert.False(ValueDifference.Between(default, PvValue.Double(1)).IsAlike);
    }
}
