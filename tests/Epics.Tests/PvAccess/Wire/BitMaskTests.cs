using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class BitMaskTests
{
    [Theory]
    // pvxs-get-dbl: bits {1,3,4,5,7,8,...}; raw-monitor-stop: {0} and the redundant ones of pvAccessCPP.
    [InlineData("04BA793010", new[] { 1, 3, 4, 5, 7, 8, 11, 12, 13, 14, 20, 21, 28 })]
    [InlineData("02BA03", new[] { 1, 3, 4, 5, 7, 8, 9 })]
    [InlineData("0101", new[] { 0 })]
    [InlineData("00", new int[0])]
    public void Reads_and_writes_what_servers_send(string hex, int[] bits)
    {
        var mask = new BitMask();
        var reader = new WireReader(Convert.FromHexString(hex), false);
        mask.Read(ref reader);

        Assert.Equal(new BitMask(bits), mask);
        Assert.Equal(hex, Written(mask, false));
    }

    [Fact]
    public void Whole_words_follow_the_byte_order_and_the_rest_does_not()
    {
        // Bit 0 and bit 65: one whole word of 8 bytes, then one byte (epics-protocol, "BitSet").
        var mask = new BitMask(0, 65);
        Assert.Equal("09" + "0100000000000000" + "02", Written(mask, false));
        Assert.Equal("09" + "0000000000000001" + "02", Written(mask, true));
        var reader = new WireReader(Convert.FromHexString("09" + "0000000000000001" + "02"), true);
        var read = new BitMask();
        read.Read(ref reader);
        Assert.Equal(mask, read);
    }

    [Fact]
    public void Trailing_zero_bytes_are_read_and_not_written()
    {
        var mask = new BitMask();
        var reader = new WireReader([4, 1, 0, 0, 0], false);
        mask.Read(ref reader);
        Assert.Equal("0101", Written(mask, false));
    }

    [Fact]
    public void A_mask_of_megabytes_is_refused() =>
        Assert.Throws<ProtocolException>(() =>
        {
            var reader = new WireReader(new byte[] { 254, 0, 0, 2, 0 }, false);
            new BitMask().Read(ref reader);
        });

    [Fact]
    public void Next_finds_every_bit_across_words()
    {
        var mask = new BitMask(3, 63, 64, 200);
        var found = new List<int>();
        for (var bit = mask.Next(0); bit >= 0; bit = mask.Next(bit + 1))
            found.Add(bit);
        Assert.Equal([3, 63, 64, 200], found);
        Assert.Equal(4, mask.Count);
    }

    private static string Written(BitMask mask, bool bigEndian)
    {
        using var writer = new WireWriter { BigEndian = bigEndian };
        mask.Write(writer);
        return Convert.ToHexString(writer.Written);
    }
}
