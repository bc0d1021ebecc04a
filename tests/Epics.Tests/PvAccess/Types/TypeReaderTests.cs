using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class TypeReaderTests
{
    [Theory]
    [InlineData("43", PvaTypeCode.Float64)]
    [InlineData("4B", PvaTypeCode.Float64Array)]
    [InlineData("68", PvaTypeCode.StringArray)]
    [InlineData("82", PvaTypeCode.Any)]
    [InlineData("8A", PvaTypeCode.AnyArray)]
    public void Simple_types(string hex, PvaTypeCode code) => Assert.Same(FieldDesc.Of(code), Read(hex));

    [Fact]
    public void The_null_type() => Assert.Null(Read("FF"));

    [Theory]
    [InlineData("5305", PvaTypeCode.Float64Array, ArraySize.Bounded, 5)]
    [InlineData("3A07", PvaTypeCode.Int32Array, ArraySize.Fixed, 7)]
    [InlineData("8314", PvaTypeCode.String, ArraySize.Bounded, 20)]
    public void Bounded_and_fixed_are_accepted_and_written_back(string hex, PvaTypeCode code, ArraySize size, int bound)
    {
        var type = Read(hex)!;
        Assert.Equal((code, size, bound), (type.Code, type.ArraySize, type.Bound));
        using var writer = new WireWriter();
        new TypeWriter(useCache: false).Write(writer, type);
        Assert.Equal(hex, Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void A_type_defined_inside_another_can_be_used_by_key()
    {
        // struct { alarm: FD 2 = struct { int severity } }, then FE 2.
        var types = new TypeReader();
        var reader = new WireReader(Convert.FromHexString("FD0100" + "8000" + "01" + "05616C61726D" + "FD0200" + "8000" + "01" + "087365766572697479" + "22" + "FE0200"), false);
        var outer = types.Read(ref reader)!;
        var used = types.Read(ref reader)!;

        Assert.Equal(outer.Member("alarm"), used);
        Assert.Equal(["severity"], used.Names);
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData("FE0700", "never defined")]
    [InlineData("01", "type code 0x01")]
    [InlineData("8822", "array 0x88")]
    [InlineData("8000FE00000010", "announced")]
    public void Nonsense_is_refused(string hex, string why) => Assert.Contains(why, Assert.Throws<ProtocolException>(() => Read(hex)).Message);

    [Fact]
    public void A_depth_bomb_is_refused()
    {
        var bytes = Enumerable.Repeat<byte[]>([0x80, 0, 1, 1, (byte)'a'], 100_000).SelectMany(level => level).ToArray();
        Assert.Contains("nested", Assert.Throws<ProtocolException>(() => Read(Convert.ToHexString(bytes))).Message);
    }

    [Fact]
    public void A_type_that_doubles_itself_by_key_is_refused_before_it_explodes()
    {
        // FD n = struct { a: FE n-1, b: FE n-1 }: 2^n fields from 20 bytes each.
        using var writer = new WireWriter();
        writer.WriteBytes([0xFD, 0, 0, 0x80, 0, 1, 1, (byte)'a', 0x43]);
        for (ushort key = 1; key < 40; key++)
        {
            writer.WriteByte(0xFD);
            writer.WriteUInt16(key);
            writer.WriteBytes([0x80, 0, 2, 1, (byte)'a', 0xFE]);
            writer.WriteUInt16((ushort)(key - 1));
            writer.WriteBytes([1, (byte)'b', 0xFE]);
            writer.WriteUInt16((ushort)(key - 1));
        }
        var bytes = writer.Written.ToArray();
        var problem = Assert.Throws<ProtocolException>(() =>
        {
            var types = new TypeReader();
            var reader = new WireReader(bytes, false);
            while (!reader.AtEnd)
                types.Read(ref reader);
        });
        Assert.Contains("more than", problem.Message);
    }

    [Fact]
    public void The_writing_cache_sends_a_type_once()
    {
        using var writer = new WireWriter();
        var types = new TypeWriter(useCache: true);
        types.Write(writer, NtTypes.Alarm);
        var first = writer.Count;
        types.Write(writer, NtTypes.Alarm);
        types.Write(writer, FieldDesc.Of(PvaTypeCode.Float64));
        Assert.Equal("FE010043", Convert.ToHexString(writer.Written[first..]));
    }

    private static FieldDesc? Read(string hex)
    {
        var reader = new WireReader(Convert.FromHexString(hex), false);
        return new TypeReader().Read(ref reader);
    }
}
