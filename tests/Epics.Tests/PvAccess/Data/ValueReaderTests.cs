using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests.PvAccess;

public class ValueReaderTests
{
    private static readonly FieldDesc Type = FieldDesc.Structure("", ("message", FieldDesc.Of(PvaTypeCode.String)), ("value", FieldDesc.Of(PvaTypeCode.Float64Array)));

    [Fact]
    public void A_text_that_comes_back_is_the_same_string()
    {
        var reader = new ValueReader(new TypeReader());
        var value = new PvaStructure(Type);
        var seen = new List<string>();
        foreach (var text in (string[])["HIGH", "", "HIGH", "HIHI", "HIGH"])
        {
            Read(reader, value, text, [1, 2]);
            seen.Add(value.GetString(1));
        }
        Assert.Equal(["HIGH", "", "HIGH", "HIHI", "HIGH"], seen);
        Assert.Same(seen[0], seen[2]);
        Assert.Same(seen[0], seen[4]);
    }

    [Fact]
    public void An_array_is_read_in_place_until_somebody_holds_it()
    {
        var reader = new ValueReader(new TypeReader());
        var value = new PvaStructure(Type);
        Read(reader, value, "", [1, 2]);
        var inPlace = value.Cells[2].Ref;
        Read(reader, value, "", [3, 4]);
        Assert.Same(inPlace, value.Cells[2].Ref);

        var held = (double[])value.GetArray(2);
        Read(reader, value, "", [5, 6]);
        Assert.Equal([3.0, 4.0], held);
        Assert.Equal([5.0, 6.0], value.GetSpan<double>(2).ToArray());

        var copy = value.Copy();
        Read(reader, value, "", [7, 8]);
        Assert.Equal([5.0, 6.0], copy.GetSpan<double>(2).ToArray());
        Read(reader, value, "", [9]);
        Assert.Equal([9.0], value.GetSpan<double>(2).ToArray());
    }

    [Fact]
    public void A_copy_keeps_what_was_inside_a_union_or_any()
    {
        var inner = FieldDesc.Structure("i", ("x", FieldDesc.Of(PvaTypeCode.Int8)));
        var type = FieldDesc.Structure("", ("any", FieldDesc.Of(PvaTypeCode.Any)), ("union", FieldDesc.Union("", ("i", inner), ("n", FieldDesc.Of(PvaTypeCode.Int8Array)))));
        var value = new PvaStructure(type);
        var reader = new ValueReader(new TypeReader());
        // any = struct i { byte x = 1 }, union selects i { x = 2 }; then 3 and 4.
        ReadFull(reader, value, "8001690101782001" + "0002");
        var copy = value.Copy();
        ReadFull(reader, value, "8001690101782003" + "0004");
        Assert.Equal(((sbyte)1, (sbyte)2), (((PvaStructure)((PvaVariant)copy["any"]!).Box()!)["x"], ((PvaStructure)((PvaVariant)copy["union"]!).Box()!)["x"]));
        Assert.Equal(((sbyte)3, (sbyte)4), (((PvaStructure)((PvaVariant)value["any"]!).Box()!)["x"], ((PvaStructure)((PvaVariant)value["union"]!).Box()!)["x"]));

        static void ReadFull(ValueReader reader, PvaStructure into, string hex)
        {
            var wire = new WireReader(Convert.FromHexString(hex), false);
            reader.ReadFull(ref wire, into);
            Assert.True(wire.AtEnd);
        }
    }

    [Fact]
    public void Bits_below_a_set_structure_are_passed_over()
    {
        // pvAccessCPP's first monitor update: bit 0 and redundant ones, one full value (raw-monitor-stop).
        var type = FieldDesc.Structure("", ("a", FieldDesc.Of(PvaTypeCode.Int8)), ("s", FieldDesc.Structure("", ("b", FieldDesc.Of(PvaTypeCode.Int8)))), ("c", FieldDesc.Of(PvaTypeCode.Int8)));
        foreach (var (bits, bytes, expected) in ((int[], byte[], int[])[])[([0, 1, 3], [1, 2, 3], [1, 2, 3]), ([2, 3], [5], [0, 5, 0]), ([2, 4], [6, 7], [0, 6, 7])])
        {
            var value = new PvaStructure(type);
            var reader = new WireReader(bytes, false);
            new ValueReader(new TypeReader()).ReadPartial(ref reader, value, new BitMask(bits));
            Assert.True(reader.AtEnd);
            Assert.Equal<IEnumerable<int>>(expected, new[] { (int)value.GetInt64(1), (int)value.GetInt64(3), (int)value.GetInt64(4) });
        }
    }

    [Fact]
    public void Any_byte_but_0_is_true()
    {
        var value = new PvaStructure(FieldDesc.Structure("", ("flags", FieldDesc.Of(PvaTypeCode.BooleanArray))));
        var reader = new WireReader([3, 0, 1, 0x7F], false);
        new ValueReader(new TypeReader()).ReadFull(ref reader, value);
        Assert.Equal([false, true, true], (bool[])value["flags"]!);
        Assert.Equal(PvValueOf(true), PvValueOf(((bool[])value["flags"]!)[2]));
    }

    private static Values.PvValue PvValueOf(bool flag) => Values.PvValue.Boolean(flag);

    private static void Read(ValueReader reader, PvaStructure value, string text, double[] numbers)
    {
        using var writer = new WireWriter();
        writer.WriteString(text);
        writer.WriteSize(numbers.Length);
        foreach (var number in numbers)
            writer.WriteUInt64((ulong)BitConverter.DoubleToInt64Bits(number));
        var wire = new WireReader(writer.Written, false);
        reader.ReadFull(ref wire, value);
        Assert.True(wire.AtEnd);
    }
}
