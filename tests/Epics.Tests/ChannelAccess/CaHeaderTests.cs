using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Tests.ChannelAccess;

public class CaHeaderTests
{
    // CREATE_CHAN reply of an array of 307200 doubles: extended although there is no payload (capture ca-get-img).
    private static readonly byte[] ExtendedCreate = Convert.FromHexString("0012FFFF000600000000000100000010" + "000000000004B000");

    // READ_NOTIFY for one TIME_DOUBLE (capture ca-get).
    private static readonly byte[] ReadNotify = Convert.FromHexString("000F0000001400010000000F00000001");

    [Fact]
    public void Reads_and_writes_the_short_form()
    {
        Assert.True(CaHeader.TryRead(ReadNotify, out var header, out var size));
        Assert.Equal((new CaHeader(CaCommand.ReadNotify, 0, 20, 1, 15, 1), 16), (header, size));
        var again = new byte[16];
        header.Write(again);
        Assert.Equal(ReadNotify, again);
    }

    [Fact]
    public void An_element_count_above_16_bits_makes_the_header_long()
    {
        Assert.True(CaHeader.TryRead(ExtendedCreate, out var header, out var size));
        Assert.Equal((new CaHeader(CaCommand.CreateChannel, 0, 6, 307200, 1, 16), 24), (header, size));
        var again = new byte[24];
        header.Write(again);
        Assert.Equal(ExtendedCreate, again);
    }

    [Theory]
    [InlineData(0xFFFE, 1, false)]
    [InlineData(0xFFFF, 1, true)]
    [InlineData(8, 0xFFFE, false)]
    [InlineData(8, 0xFFFF, true)]
    public void The_long_form_begins_at_FFFF(uint size, uint count, bool extended) =>
        Assert.Equal(extended, new CaHeader(CaCommand.ReadNotify, size, 6, count, 1, 1).IsExtended);

    [Fact]
    public void Waits_for_the_last_byte()
    {
        for (var length = 0; length < 16; length++)
            Assert.False(CaHeader.TryRead(ReadNotify.AsSpan(0, length), out _, out _));
        for (var length = 0; length < 24; length++)
            Assert.False(CaHeader.TryRead(ExtendedCreate.AsSpan(0, length), out _, out _));
    }

    [Fact]
    public void A_payload_above_the_limit_is_refused_by_its_header_alone()
    {
        var header = new byte[24];
        new CaHeader(CaCommand.Write, 0x8000_0000, 6, 1 << 28, 1, 1).Write(header);
        var problem = Assert.Throws<CaProtocolException>(() => CaMessage.TryRead(header, 1 << 20, out _));
        Assert.Contains("2147483648", problem.Message);
    }

    [Fact]
    public void A_payload_that_is_no_multiple_of_eight_is_refused()
    {
        var header = new byte[16];
        new CaHeader(CaCommand.Write, 12, 6, 1, 1, 1).Write(header);
        Assert.Throws<CaProtocolException>(() => CaMessage.TryRead(header, 1 << 20, out _));
    }

    [Fact]
    public void A_header_that_announces_much_claims_no_memory()
    {
        using var buffer = new CaReceiveBuffer(1 << 30);
        var header = new byte[24];
        new CaHeader(CaCommand.Write, 1 << 29, 6, 1 << 26, 1, 1).Write(header);
        buffer.Append(header);
        buffer.Append(new byte[1000]);
        Assert.False(buffer.TryTake(out _));
        Assert.InRange(buffer.Capacity, 0, 64 * 1024);
    }
}
