using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class MessageAssemblerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void Segments_are_joined_whatever_their_size(int segmentSize)
    {
        var payload = new byte[20_000];
        new Random(1).NextBytes(payload);
        using var writer = new WireWriter();
        var start = writer.BeginMessage(Command.Put, fromServer: false);
        writer.WriteBytes(payload);
        writer.EndMessage(start, segmentSize);
        Assert.Equal((payload.Length + segmentSize - 1) / segmentSize * 8 + payload.Length, writer.Count);

        using var assembler = new MessageAssembler();
        assembler.Append(writer.Written);
        Assert.True(assembler.TryRead(out var header, out var joined));
        Assert.Equal(((byte)Command.Put, 20_000u, HeaderFlags.None), (header.Command, header.PayloadSize, header.Segment));
        Assert.Equal(payload, joined.ToArray());
        Assert.False(assembler.TryRead(out _, out _));
    }

    [Fact]
    public void Control_messages_may_come_between_segments()
    {
        using var assembler = new MessageAssembler();
        assembler.Append([0xCA, 2, 0x10, 10, 1, 0, 0, 0, 0x11, 0xCA, 2, 0x01, 0, 0, 0, 0, 0, 0xCA, 2, 0x20, 10, 1, 0, 0, 0, 0x22]);

        Assert.True(assembler.TryRead(out var control, out _));
        Assert.True(control.IsControl);
        Assert.True(assembler.TryRead(out _, out var payload));
        Assert.Equal([0x11, 0x22], payload.ToArray());
    }

    [Theory]
    [InlineData("CA02200A0100000011", "without a first")]
    [InlineData("CA02100A0100000011CA02000A0100000022", "inside segmented Get")]
    [InlineData("CA02100A0100000011CA02200B0100000022", "inside Get")]
    public void Segments_out_of_order_are_refused(string hex, string why)
    {
        using var assembler = new MessageAssembler();
        assembler.Append(Convert.FromHexString(hex));
        Assert.Contains(why, Assert.Throws<ProtocolException>(() => assembler.TryRead(out _, out _)).Message);
    }

    [Fact]
    public void An_announced_gigabyte_takes_no_memory_until_it_comes()
    {
        using var assembler = new MessageAssembler(int.MaxValue);
        assembler.Append([0xCA, 2, 0, 10, 0, 0, 0, 0x40]);
        Assert.False(assembler.TryRead(out _, out _));
        Assert.True(assembler.GetMemory().Length <= 4 << 20);
    }

    [Fact]
    public void More_than_accepted_is_refused_whole_or_in_segments()
    {
        using var whole = new MessageAssembler(1000);
        whole.Append([0xCA, 2, 0, 10, 0xE9, 3, 0, 0]);
        Assert.Throws<ProtocolException>(() => whole.TryRead(out _, out _));

        using var segmented = new MessageAssembler(1000);
        for (var i = 0; i < 10; i++)
            segmented.Append([0xCA, 2, (byte)(i == 0 ? 0x10 : 0x30), 10, 100, 0, 0, 0, .. new byte[100]]);
        segmented.Append([0xCA, 2, 0x30, 10, 100, 0, 0, 0, .. new byte[100]]);
        Assert.Throws<ProtocolException>(() => segmented.TryRead(out _, out _));
    }
}
