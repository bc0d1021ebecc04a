using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class WireReaderTests
{
    [Theory]
    [InlineData(new byte[] { 0 }, 0)]
    [InlineData(new byte[] { 253 }, 253)]
    [InlineData(new byte[] { 254, 0, 1, 0, 0 }, 256)]
    [InlineData(new byte[] { 254, 5, 0, 0, 0 }, 5)]
    [InlineData(new byte[] { 255 }, WireReader.Null)]
    public void Sizes(byte[] bytes, int size)
    {
        var reader = new WireReader(bytes, bigEndian: false);
        Assert.Equal(size, reader.ReadSize());
        Assert.True(reader.AtEnd);
    }

    [Fact]
    public void A_size_beyond_an_int_is_refused() => Assert.Throws<ProtocolException>(() => new WireReader([254, 0, 0, 0, 0x80], false).ReadSize());

    [Fact]
    public void A_null_string_reads_as_empty() => Assert.Equal("", new WireReader([255], false).ReadString());

    [Fact]
    public void A_count_that_cannot_be_in_the_message_is_refused_before_anything_is_allocated() =>
        Assert.Contains("announced", Assert.Throws<ProtocolException>(() => new WireReader([254, 0xFF, 0xFF, 0xFF, 0x7F, 1, 2, 3], false).ReadCount(8)).Message);

    [Fact]
    public void Reading_past_the_end_says_where() =>
        Assert.Contains("ends at byte 3", Assert.Throws<ProtocolException>(() => new WireReader([1, 2, 3], false).ReadUInt32()).Message);

    [Fact]
    public void Both_byte_orders()
    {
        byte[] bytes = [1, 2, 3, 4, 5, 6, 7, 8];
        Assert.Equal(0x0807060504030201u, new WireReader(bytes, false).ReadUInt64());
        Assert.Equal(0x0102030405060708u, new WireReader(bytes, true).ReadUInt64());
        Assert.Equal(0x01020304u, new WireReader(bytes, true).ReadUInt32());
        Assert.Equal(0x0201, new WireReader(bytes, false).ReadUInt16());
    }
}
