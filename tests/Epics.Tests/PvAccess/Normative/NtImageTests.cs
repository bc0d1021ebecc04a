using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.PvAccess;

public class NtImageTests
{
    // 2 rows, 3 columns: not square, so that swapped axes show.
    private static readonly PvImage Image = new(new ushort[] { 1, 2, 3, 4, 5, 6 }, [2, 3], "", 7);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_are_y_and_columns_x_both_ways(bool bigEndian)
    {
        var value = NtValueTests.Wire(NtNdArray.Of(Image).Value, bigEndian);

        var dimensions = (PvaStructure?[])value["dimension"]!;
        Assert.Equal([3, 2], dimensions.Select(dimension => dimension!["size"]).Cast<int>());
        Assert.Equal("ushortValue", NtTypes.ImageValue.Names[((PvaVariant)value["value"]!).Selector]);
        Assert.Equal((12L, 12L), (value["uncompressedSize"], value["compressedSize"]));
        Assert.Equal(PvValue.Image(Image), NtValue.Read(value));
        Assert.Equal(7, NtValue.Read(value).AsImage().UniqueId);
    }

    [Fact]
    public void The_data_are_stamped_as_the_image()
    {
        var value = NtNdArray.Of(Image).With(default, Alarm.None, new PvTime(1_700_000_000, 5, 9)).Value;
        Assert.Equal((1_700_000_000L, 5, 9), (value["dataTimeStamp.secondsPastEpoch"], value["dataTimeStamp.nanoseconds"], value["dataTimeStamp.userTag"]));
    }

    [Fact]
    public void Lz4_is_compressed_on_the_way_out_and_expanded_on_the_way_in()
    {
        var pixels = new double[480 * 640];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 16;
        var value = NtValueTests.Wire(NtNdArray.Of(new PvImage(pixels, [480, 640], "lz4", 3)).Value, false);

        Assert.Equal("lz4", value["codec.name"]);
        Assert.Equal(pixels.Length * 8L, value["uncompressedSize"]);
        Assert.True((long)value["compressedSize"]! < pixels.Length);
        // 10 = pvDouble in pvData's ScalarType.
        Assert.Equal(10, ((PvaVariant)value["codec.parameters"]!).Box());
        Assert.Equal(PvValue.Image(new PvImage(pixels, [480, 640])), NtValue.Read(value));
    }

    [Fact]
    public void What_another_lz4_wrote_is_read()
    {
        // An LZ4 block of literals only, by hand: token 0x60 (6 literals), then the bytes.
        var value = NtNdArray.Of(new PvImage(new byte[] { 9, 8, 7, 6, 5, 4 }, [2, 3])).Value;
        value["codec.name"] = "lz4";
        value["codec.parameters"] = PvaVariant.Any(FieldDesc.Of(PvaTypeCode.Int32), 5);
        value["value"] = PvaVariant.Select(NtTypes.ImageValue, "ubyteValue", new byte[] { 0x60, 9, 8, 7, 6, 5, 4 });
        Assert.Equal([9, 8, 7, 6, 5, 4], (byte[])NtValue.Read(value).AsImage().Pixels);
    }

    [Theory]
    [InlineData("blosc")]
    [InlineData("jpeg")]
    [InlineData("bslz4")]
    public void A_codec_we_do_not_know_is_invalid_and_named(string codec)
    {
        var value = NtNdArray.Of(Image).With("codec.name", codec).Value;
        var sample = NtValue.ReadSample(value);
        Assert.True(sample.Value.IsNone);
        Assert.Equal(AlarmSeverity.Invalid, sample.Alarm.Severity);
        Assert.Contains($"'{codec}'", sample.Alarm.Message);
    }

    [Fact]
    public void Sizes_that_lie_are_invalid_and_take_no_memory()
    {
        var dimension = NtNdArray.Of(Image).Value;
        ((PvaStructure?[])dimension["dimension"]!)[0]!["size"] = 1_000_000;
        Assert.Contains("6 pixels for an image", NtValue.ReadSample(dimension).Alarm.Message);

        var bomb = NtNdArray.Of(new PvImage(new byte[100], [10, 10], "lz4")).With("uncompressedSize", 1L << 40).Value;
        Assert.Contains("uncompressed size", NtValue.ReadSample(bomb).Alarm.Message);

        var torn = NtNdArray.Of(new PvImage(new byte[10_000], [100, 100], "lz4")).Value;
        torn["value"] = PvaVariant.Select(NtTypes.ImageValue, "ubyteValue", new byte[] { 0xF0, 1, 2, 3 });
        Assert.Equal(AlarmSeverity.Invalid, NtValue.ReadSample(torn).Alarm.Severity);
    }

    [Fact]
    public void An_image_sent_again_with_the_same_shape_does_not_send_its_dimensions_again()
    {
        var pv = NtNdArray.Of(Image);
        var changed = new BitMask();
        NtValue.Write(pv.Value, changed, PvValue.Image(Image with { UniqueId = 8 }));
        Assert.Equal(["value", "uniqueId"], Enumerable.Range(0, pv.Value.Layout.Count).Where(bit => changed[bit]).Select(pv.Value.Layout.PathOf));
    }
}
