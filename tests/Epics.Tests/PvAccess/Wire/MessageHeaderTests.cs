using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class MessageHeaderTests
{
    // The server's SET_ENDIAN control message, as pvxs sends it first on every connection (capture pvxs-get-dbl).
    private static readonly byte[] SetEndian = [0xCA, 0x02, 0x41, 0x02, 0x00, 0x00, 0x00, 0x00];

    [Fact]
    public void Reads_set_endian()
    {
        Assert.True(MessageHeader.TryRead(SetEndian, out var header));
        Assert.Equal(new MessageHeader(2, HeaderFlags.Control | HeaderFlags.FromServer, 0), header);
    }

    [Fact]
    public void Waits_for_the_eighth_byte() => Assert.False(MessageHeader.TryRead(SetEndian.AsSpan(0, 7), out _));

    [Fact]
    public void The_size_is_in_the_byte_order_of_its_own_flags()
    {
        Assert.True(MessageHeader.TryRead([0xCA, 2, 0xC0, 0, 0, 0, 0, 0x27], out var big));
        Assert.True(MessageHeader.TryRead([0xCA, 2, 0x40, 0, 0x27, 0, 0, 0], out var little));
        Assert.Equal((0x27u, true, 0x27u, false), (big.PayloadSize, big.BigEndian, little.PayloadSize, little.BigEndian));
    }

    [Theory]
    [InlineData(new byte[] { 0x43 }, "magic")]
    [InlineData(new byte[] { 0xCA, 0x00 }, "version 0")]
    public void What_cannot_be_pvAccess_is_refused_at_the_first_wrong_byte(byte[] bytes, string why) =>
        Assert.Contains(why, Assert.Throws<ProtocolException>(() => MessageHeader.TryRead(bytes, out _)).Message);
}
