using System.Collections.Immutable;

namespace ModelManager.Values.Tests;

public class PvValueTests
{
    [Fact]
    public void The_default_is_no_value()
    {
        Assert.True(default(PvValue).IsNone);
        Assert.True(double.IsNaN(default(PvValue).AsDouble()));
    }

    [Theory]
    [InlineData(PvKind.Int8, 0x1FF, -1)]
    [InlineData(PvKind.UInt8, 0x1FF, 255)]
    [InlineData(PvKind.Int16, 0x18000, -32768)]
    [InlineData(PvKind.UInt16, 0x18000, 32768)]
    [InlineData(PvKind.Int32, 0x1_8000_0000, int.MinValue)]
    [InlineData(PvKind.UInt32, -1, uint.MaxValue)]
    [InlineData(PvKind.Int64, long.MinValue, long.MinValue)]
    public void Integers_are_cut_to_their_width(PvKind kind, long given, long kept)
    {
        var value = PvValue.Integer(kind, given);
        Assert.Equal((kind, kept, (double)kept), (value.Kind, value.AsInt64(), value.AsDouble()));
    }

    [Fact]
    public void A_large_unsigned_is_positive()
    {
        var value = PvValue.Integer(PvKind.UInt64, unchecked((long)ulong.MaxValue));
        Assert.Equal(18446744073709551616.0, value.AsDouble());
        Assert.Equal("18446744073709551615", value.ToString());
    }

    [Fact]
    public void Integer_refuses_other_kinds() => Assert.Throws<ArgumentOutOfRangeException>(() => PvValue.Integer(PvKind.Float64, 1));

    [Fact]
    public void Floats_keep_their_bits()
    {
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), PvValue.Double(-0.0).RawBits);
        Assert.Equal(0.1f, PvValue.Single(0.1f).AsDouble());
        Assert.Equal(-3, PvValue.Double(-3.9).AsInt64());
    }

    [Fact]
    public void Equality_is_exact()
    {
        Assert.Equal(PvValue.Double(double.NaN), PvValue.Double(double.NaN));
        Assert.NotEqual(PvValue.Double(0.0), PvValue.Double(-0.0));
        Assert.NotEqual(PvValue.Double(1), PvValue.Integer(PvKind.Int32, 1));
        Assert.NotEqual(PvValue.Single(1), PvValue.Double(1));
        Assert.Equal(PvValue.Array(new[] { double.NaN, 1 }), PvValue.Array(new[] { double.NaN, 1 }));
        Assert.NotEqual(PvValue.Array(new[] { 0.0 }), PvValue.Array(new[] { -0.0 }));
        Assert.NotEqual(PvValue.Array(new[] { 1, 2 }), PvValue.Array(new[] { 1u, 2u }));
        Assert.Equal(PvValue.Array(new[] { "a", null! }), PvValue.Array(new[] { "a", null! }));
        Assert.Equal(PvValue.Array(Array.Empty<int>()), PvValue.Array(Array.Empty<int>()));
        Assert.Equal(PvValue.String("x").GetHashCode(), PvValue.String("x").GetHashCode());
    }

    [Fact]
    public void Images_are_equal_by_pixels_shape_and_codec()
    {
        PvValue Image(byte first, ImmutableArray<int> shape, string codec = "") => PvValue.Image(new(new byte[] { first, 2, 3, 4 }, shape, codec));
        Assert.Equal(Image(1, [2, 2]), Image(1, [2, 2]));
        Assert.NotEqual(Image(1, [2, 2]), Image(9, [2, 2]));
        Assert.NotEqual(Image(1, [2, 2]), Image(1, [4, 1]));
        Assert.NotEqual(Image(1, [2, 2]), Image(1, [2, 2], "lz4"));
    }

    [Fact]
    public void The_element_type_decides_the_kind_of_an_array()
    {
        Array[] arrays = [new bool[1], new sbyte[1], new byte[1], new short[1], new ushort[1], new int[1], new uint[1], new long[1], new ulong[1], new float[1], new double[1], new string[1]];
        for (var i = 0; i < arrays.Length; i++)
        {
            var kind = PvValue.Array(arrays[i]).Kind;
            Assert.Equal((PvKind)(33 + i), kind);
            Assert.Equal(kind, kind.ElementKind().ArrayKind());
        }
    }

    [Fact]
    public void Other_arrays_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PvValue.Array(new decimal[1]));
        Assert.Contains("PvImage", Assert.Throws<ArgumentException>(() => PvValue.Array(new double[1, 1])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => PvKind.Image.ArrayKind());
    }

    [Fact]
    public void Asking_for_the_wrong_thing_says_what_is_there()
    {
        Assert.Equal("the value is Float64, not a string", Assert.Throws<InvalidOperationException>(() => PvValue.Double(1).AsString()).Message);
        Assert.Equal("the value is String, not an array", Assert.Throws<InvalidOperationException>(() => PvValue.String("").AsArray()).Message);
        Assert.Equal("the value is None, not an image", Assert.Throws<InvalidOperationException>(() => default(PvValue).AsImage()).Message);
        Assert.True(double.IsNaN(PvValue.String("1").AsDouble()));
    }
}
