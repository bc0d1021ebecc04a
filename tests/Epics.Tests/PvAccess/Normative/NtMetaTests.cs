using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.PvAccess;

public class NtMetaTests
{
    private static readonly PvMeta Full = new()
    {
        Kind = PvKind.Float64,
        Units = "mm",
        Description = "a demo",
        Precision = 3,
        Display = new(-10, 10),
        Control = new(-5, 5),
        MinStep = 0.25,
        Alarm = new AlarmLimits(-9, -8, 8, 9, Hysteresis: 0.5),
        Version = 1,
    };

    [Fact]
    public void Everything_goes_there_and_back()
    {
        var value = NtValueTests.Wire(NtPv.For(PvKind.Float64, Full).Value, false);
        var read = NtMeta.Read(value);
        Assert.Equal(Full with { Choices = read.Choices }, read);
        Assert.Empty(read.Choices);
    }

    [Fact]
    public void Only_what_the_metadata_needs_is_in_the_type()
    {
        Assert.Equal(["value", "alarm", "timeStamp"], NtScalar.Double(1).Value.Type.Names);
        Assert.Equal(["value", "alarm", "timeStamp", "display"], NtScalar.Double(1, new PvMeta { Units = "V" }).Value.Type.Names);
        Assert.Equal(["value", "alarm", "timeStamp", "display", "control", "valueAlarm"], NtScalar.Double(1, Full).Value.Type.Names);
    }

    [Fact]
    public void A_change_of_units_changes_one_bit()
    {
        var pv = NtPv.For(PvKind.Float64, Full);
        var changed = new BitMask();
        NtMeta.Write(pv.Value, changed, Full with { Units = "um" });
        Assert.Equal(["display.units"], Enumerable.Range(0, pv.Value.Layout.Count).Where(bit => changed[bit]).Select(pv.Value.Layout.PathOf));
        Assert.True(changed.Intersects(pv.Value.Layout.Nt.Metadata));
    }

    [Fact]
    public void The_types_of_limits_are_followed_as_received()
    {
        // QSRV1 sends hysteresis as a byte and limits of an int as ints (pva-cpp-get-types).
        var type = FieldDesc.Structure("", ("valueAlarm", FieldDesc.Structure("", ("hysteresis", FieldDesc.Of(PvaTypeCode.Int8)), ("highAlarmLimit", FieldDesc.Of(PvaTypeCode.Int32)))),
            ("value", FieldDesc.Of(PvaTypeCode.Int32)));
        var value = new PvaStructure(type) { ["valueAlarm.hysteresis"] = 2, ["valueAlarm.highAlarmLimit"] = 90 };
        var meta = NtMeta.Read(value);
        Assert.Equal((2.0, 90.0, PvKind.Int32), (meta.Alarm!.Hysteresis, meta.Alarm.HighAlarm, meta.Kind));
    }

    [Theory]
    [InlineData("%.3f", 3)]
    [InlineData("F2", 2)]
    [InlineData("", -1)]
    public void An_old_format_gives_the_precision(string format, int precision)
    {
        var type = FieldDesc.Structure("", ("value", FieldDesc.Of(PvaTypeCode.Float64)), ("display", FieldDesc.Structure("", ("format", FieldDesc.Of(PvaTypeCode.String)))));
        Assert.Equal(precision, NtMeta.Read(new PvaStructure(type) { ["display.format"] = format }).Precision);
    }
}
