using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.PvAccess;

public class NtValueTests
{
    public static TheoryData<PvValue> Scalars() =>
    [
        PvValue.Double(-1.5), PvValue.Single(2.5f), PvValue.Boolean(true), PvValue.String("text"), PvValue.Integer(PvKind.Int8, -8), PvValue.Integer(PvKind.UInt8, 200),
        PvValue.Integer(PvKind.Int16, -300), PvValue.Integer(PvKind.UInt16, 60000), PvValue.Integer(PvKind.Int32, -70000), PvValue.Integer(PvKind.UInt32, 4_000_000_000),
        PvValue.Integer(PvKind.Int64, long.MinValue), PvValue.Integer(PvKind.UInt64, -1),
        PvValue.Array(new double[] { 1, double.NaN, -0.0 }), PvValue.Array(new[] { true, false }), PvValue.Array(new sbyte[] { -1 }), PvValue.Array(new byte[] { 255 }),
        PvValue.Array(new short[] { -5 }), PvValue.Array(new ushort[] { 5 }), PvValue.Array(new[] { 7 }), PvValue.Array(new uint[] { 8 }), PvValue.Array(new long[] { 9 }),
        PvValue.Array(new ulong[] { 10 }), PvValue.Array(new[] { 1.5f }), PvValue.Array(new[] { "a", "", "c" }),
    ];

    [Theory]
    [MemberData(nameof(Scalars), DisableDiscoveryEnumeration = true)]
    public void Every_kind_goes_over_the_wire_and_back(PvValue value)
    {
        foreach (var bigEndian in (bool[])[false, true])
        {
            var pv = NtScalar.Of(value.Kind, value);
            Assert.Equal(value.Kind.IsArray() ? "epics:nt/NTScalarArray:1.0" : "epics:nt/NTScalar:1.0", pv.Value.Type.Id);
            Assert.Equal(value, NtValue.Read(Wire(pv.Value, bigEndian)));
        }
    }

    [Fact]
    public void A_float_keeps_its_bits()
    {
        var pv = NtScalar.Of(PvKind.Float32, PvValue.Single(0.1f));
        Assert.Equal(PvValue.Single(0.1f), NtValue.Read(Wire(pv.Value, false)));
    }

    [Fact]
    public void An_enumeration_is_its_index_and_takes_a_choice_by_name()
    {
        var pv = NtEnum.Of(1, "Off", "On", "Fault");
        Assert.Equal(PvValue.Enum(1), NtValue.Read(pv.Value));
        Assert.Equal(["Off", "On", "Fault"], NtMeta.Read(pv.Value).Choices);

        var changed = new BitMask();
        NtValue.Write(pv.Value, changed, PvValue.String("Fault"));
        Assert.Equal(2, pv.Value["value.index"]);
        Assert.Equal(new BitMask(2), changed);
        Assert.Contains("Off, On, Fault", Assert.Throws<ArgumentException>(() => NtValue.Write(pv.Value, changed, PvValue.String("Broken"))).Message);
    }

    [Fact]
    public void A_value_that_does_not_fit_is_refused()
    {
        var pv = NtScalar.Double(1);
        Assert.Throws<ArgumentException>(() => NtValue.Write(pv.Value, new BitMask(), PvValue.Array(new[] { 1.0 })));
        Assert.Throws<ArgumentException>(() => NtValue.Write(pv.Value, new BitMask(), PvValue.String("not a number")));
    }

    [Fact]
    public void Integers_saturate_rather_than_wrap()
    {
        var pv = NtScalar.Of(PvKind.Int8, PvValue.Integer(PvKind.Int8, 0));
        NtValue.Write(pv.Value, new BitMask(), PvValue.Double(1000));
        Assert.Equal((sbyte)127, pv.Value["value"]);
    }

    [Fact]
    public void What_was_never_computed_is_undefined_and_not_sent_as_a_value()
    {
        var pv = NtScalar.Double();
        Assert.False(pv.HasValue);
        Assert.False(pv.Assigned[pv.Value.Layout.Nt.Value]);
        var sample = NtValue.ReadSample(pv.Value);
        Assert.Equal((AlarmSeverity.Invalid, AlarmStatus.Udf, "UDF"), (sample.Alarm.Severity, sample.Alarm.Status, sample.Alarm.Message));
        Assert.Equal(6, pv.Value["alarm.status"]);
    }

    [Fact]
    public void A_table_has_labels_and_columns()
    {
        var table = Wire(NtTable.Of(("Energy", new[] { 1.0, 2.0 }), ("Name", new[] { "a", "b" })).Value, false);
        Assert.Equal(NtKind.Table, table.Layout.Nt.Kind);
        Assert.Equal(["Energy", "Name"], (string[])table["labels"]!);
        Assert.Equal([1.0, 2.0], (double[])table["value.c0"]!);
        Assert.Equal(["a", "b"], (string[])table["value.c1"]!);
    }

    internal static PvaStructure Wire(PvaStructure value, bool bigEndian)
    {
        using var writer = new WireWriter { BigEndian = bigEndian };
        new ValueWriter(new TypeWriter(useCache: false)).WriteTyped(writer, value);
        var reader = new WireReader(writer.Written, bigEndian);
        var read = (PvaStructure)new ValueReader(new TypeReader()).ReadTyped(ref reader)!.Box()!;
        Assert.True(reader.AtEnd);
        return read;
    }
}
