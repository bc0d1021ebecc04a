using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.ChannelAccess.Server;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.ChannelAccess.Server;

public class CaFieldTests
{
    private static readonly PvMeta Meta = new()
    {
        Units = "mm",
        Precision = 2,
        Description = "position",
        Display = new(-1, 9),
        Control = new(0, 8),
        Alarm = new(-4, -3, 3, 4, Hysteresis: 0.5),
    };

    private static CaServedPv Pv(PvValue value, CaPvOptions? options = null) =>
        new("F", new(value, new(AlarmSeverity.Major, AlarmStatus.HiHi, "above HIHI"), default, 0, Meta), options ?? new());

    private static CaField? Find(CaServedPv pv, string name) => CaField.Resolve(name, n => n == pv.Name ? pv : null);

    [Theory]
    [InlineData("F", "5")]
    [InlineData("F.", "5")]
    [InlineData("F.VAL", "5")]
    [InlineData("F.NAME", "F")]
    [InlineData("F.DESC", "position")]
    [InlineData("F.RTYP", "ai")]
    [InlineData("F.EGU", "mm")]
    [InlineData("F.PREC", "2")]
    [InlineData("F.HOPR", "9")]
    [InlineData("F.LOPR", "-1")]
    [InlineData("F.DRVH", "8")]
    [InlineData("F.DRVL", "0")]
    [InlineData("F.HIHI", "4")]
    [InlineData("F.HIGH", "3")]
    [InlineData("F.LOW", "-3")]
    [InlineData("F.LOLO", "-4")]
    [InlineData("F.HYST", "0.5")]
    [InlineData("F.HHSV", "2")]
    [InlineData("F.HSV", "1")]
    [InlineData("F.SEVR", "2")]
    [InlineData("F.STAT", "3")]
    [InlineData("F.AMSG", "above HIHI")]
    [InlineData("F.UDF", "0")]
    [InlineData("F.NELM", "1")]
    [InlineData("F.NORD", "1")]
    public void Fields_show_what_is_known(string name, string expected) => Assert.Equal(expected, Find(Pv(PvValue.Double(5)), name)!.Read().Sample.Value.ToString());

    [Theory]
    [InlineData("F.NOPE")]
    [InlineData("G")]
    [InlineData("F.VAL$")]
    [InlineData("F.HOPR$")]
    [InlineData("$")]
    [InlineData(".VAL")]
    public void What_is_not_there_is_not_found(string name) => Assert.Null(Find(Pv(PvValue.Double(5)), name));

    [Fact]
    public void A_dollar_gives_texts_of_any_length_as_characters()
    {
        var text = new string('é', 100);
        var field = Find(Pv(PvValue.String(text)), "F.VAL$")!;
        Assert.Equal(DbrType.Char, field.NativeType);
        Assert.Equal(201, field.Read().Sample.Value.AsArray().Length);
        Assert.Equal(DbrType.Char, Find(Pv(PvValue.Double(1)), "F.DESC$")!.NativeType);
        Assert.Equal(DbrType.Char, Find(Pv(PvValue.String(text)), "F$")!.NativeType);
    }

    [Fact]
    public void A_PV_whose_name_has_a_dot_is_found_whole_first()
    {
        var pv = new CaServedPv("A.EGU", new(PvValue.Double(1), default, default), new());
        Assert.Equal("VAL", CaField.Resolve("A.EGU", n => n == "A.EGU" ? pv : null)!.Name);
        Assert.Equal("PREC", CaField.Resolve("A.EGU.PREC", n => n == "A.EGU" ? pv : null)!.Name);
    }

    [Fact]
    public void Only_the_value_can_be_written_and_its_level_is_lower()
    {
        var pv = Pv(PvValue.Double(1), new() { Writable = true });
        Assert.True(Find(pv, "F")!.IsWritable);
        Assert.Equal(0, Find(pv, "F")!.AccessLevel);
        Assert.False(Find(pv, "F.HIHI")!.IsWritable);
        Assert.Equal(1, Find(pv, "F.HIHI")!.AccessLevel);
    }

    [Fact]
    public void Menus_have_their_choices() => Assert.Equal(
        ["NO_ALARM", "MINOR", "MAJOR", "INVALID"], Find(Pv(PvValue.Double(1)), "F.SEVR")!.Read().Meta.Choices);

    [Fact]
    public void A_field_is_told_when_it_changes_and_only_then()
    {
        using var server = new ServerHarness().Greet();
        var pv = server.Add("F", PvValue.Double(0));
        var sid = server.Create("F.SEVR");
        server.Send(w => CaWriter.EventAdd(w, DbrType.Short, 1, sid, 1, CaEventMask.Value));
        Assert.Equal(["EventAdd 1 Short[1] Normal 0"], server.Drain());
        pv.Post(new(PvValue.Double(1), default, default));
        Assert.Empty(server.Drain());
        pv.Post(new(PvValue.Double(2), new(AlarmSeverity.Minor, AlarmStatus.High, null), default));
        Assert.Equal(["EventAdd 1 Short[1] Normal 1"], server.Drain());
    }
}
