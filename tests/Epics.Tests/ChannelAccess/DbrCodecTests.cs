using ModelManager.Epics.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.ChannelAccess;

public class DbrCodecTests
{
    private static readonly PvTime Time = new(CaProtocol.EpochOffsetSeconds + 0x4565C8F9, 0x112E5BC2);
    private static readonly Alarm High = new(AlarmSeverity.Minor, AlarmStatus.High, "HIGH");

    private static string Encode(in PvSample sample, DbrType type, int count, PvMeta? meta = null)
    {
        var payload = new byte[CaProtocol.Pad((int)DbrLayout.Size(type, count))];
        payload.AsSpan().Fill(0xEE);
        Assert.Equal(Eca.Normal, DbrEncoder.Encode(sample, meta ?? PvMeta.Unknown, type, count, payload));
        return Convert.ToHexString(payload);
    }

    [Theory]
    [InlineData(DbrType.Double, "3FF8000000000000")]
    [InlineData(DbrType.Float, "3FC0000000000000")]
    [InlineData(DbrType.Long, "0000000100000000")]
    [InlineData(DbrType.Short, "0001000000000000")]
    [InlineData(DbrType.Char, "0100000000000000")]
    [InlineData(DbrType.StsDouble, "00040001000000003FF8000000000000")]
    [InlineData(DbrType.StsChar, "0004000100010000")]
    [InlineData(DbrType.TimeDouble, "000400014565C8F9112E5BC2000000003FF8000000000000")]
    [InlineData(DbrType.TimeShort, "000400014565C8F9112E5BC200000001")]
    [InlineData(DbrType.TimeChar, "000400014565C8F9112E5BC200000001")]
    [InlineData(DbrType.TimeFloat, "000400014565C8F9112E5BC23FC00000")]
    public void A_double_in_every_form(DbrType type, string expected) =>
        Assert.Equal(expected, Encode(new(PvValue.Double(1.5), High, Time), type, 1));

    [Fact]
    public void A_double_as_a_string_has_the_digits_of_its_precision() => Assert.StartsWith(
        Convert.ToHexString("1.500\0\0"u8), Encode(new(PvValue.Double(1.5), default, default), DbrType.String, 1, new() { Precision = 3 }));

    [Fact]
    public void Control_data_of_a_double_stand_where_libca_looks_for_them()
    {
        var meta = new PvMeta { Units = "mA", Precision = 3, Display = new(-10, 10), Control = new(-5, 5), Alarm = new(-9, -8, 8, 9) };
        static string D(double value) => BitConverter.DoubleToInt64Bits(value).ToString("X16");
        Assert.Equal(
            "00040001" + "0003" + "0000" + "6D41000000000000" + D(10) + D(-10) + D(9) + D(8) + D(-8) + D(-9) + D(5) + D(-5) + D(1.5),
            Encode(new(PvValue.Double(1.5), High, Time), DbrType.CtrlDouble, 1, meta));
    }

    [Fact]
    public void Limits_that_are_not_given_are_NaN_in_floats_and_zero_in_integers()
    {
        var unset = Encode(new(PvValue.Double(0), default, default), DbrType.GrDouble, 1);
        Assert.Equal("7FF8000000000000", unset.Substring(2 * (16 + 16), 16));
        Assert.Equal(new string('0', 24), Encode(new(PvValue.Double(0), default, default), DbrType.GrShort, 1).Substring(2 * 12, 24));
    }

    [Fact]
    public void An_enum_carries_its_choices()
    {
        var meta = new PvMeta { Choices = ["Off", "On"] };
        var hex = Encode(new(PvValue.Enum(1), default, default), DbrType.CtrlEnum, 1, meta);
        Assert.StartsWith("00000000" + "0002" + "4F6666" + new string('0', 46) + "4F6E", hex);
        Assert.Equal("0001", hex.Substring(2 * 422, 4));
        Assert.Equal("4F6E", Encode(new(PvValue.Enum(1), default, default), DbrType.String, 1, meta)[..4]);
        Assert.Equal("37", Encode(new(PvValue.Enum(7), default, default), DbrType.String, 1, meta)[..2]);
    }

    [Fact]
    public void A_text_that_is_no_number_cannot_be_read_as_one()
    {
        var payload = new byte[8];
        Assert.Equal(Eca.GetFail, DbrEncoder.Encode(new(PvValue.String("abc"), default, default), PvMeta.Unknown, DbrType.Double, 1, payload));
        Assert.Equal("400C000000000000", Encode(new(PvValue.String("3.5"), default, default), DbrType.Double, 1));
    }

    // As an IOC of EPICS base 7 answers caget -d for records with these values.
    [Theory]
    [InlineData(-2.25, DbrType.Enum, "FFFE")]
    [InlineData(300, DbrType.Char, "2C")]
    [InlineData(-2.25, DbrType.Char, "FE")]
    [InlineData(70000, DbrType.Short, "1170")]
    [InlineData(1e10, DbrType.Long, "80000000")]
    [InlineData(double.NaN, DbrType.Long, "80000000")]
    [InlineData(double.NaN, DbrType.Float, "7FC00000")]
    [InlineData(double.NaN, DbrType.Double, "7FF8000000000000")]
    public void Numbers_that_do_not_fit_become_what_C_makes_of_them(double value, DbrType type, string expected)
    {
        Assert.StartsWith(expected, Encode(new(PvValue.Double(value), default, default), type, 1));
        if (!double.IsNaN(value) || type == DbrType.Long)
            Assert.StartsWith(expected, Encode(new(PvValue.Array(new[] { value }), default, default), type, 1));
    }

    [Fact]
    public void The_precision_that_displays_are_told_depends_on_the_kind()
    {
        string Told(PvValue value) => Encode(new(value, default, default), DbrType.GrDouble, 1).Substring(8, 4);
        Assert.Equal(("0006", "0000", "0000", "0006"), (Told(PvValue.Double(1)), Told(PvValue.Integer(PvKind.Int32, 1)), Told(PvValue.Enum(1)), Told(PvValue.Array(new float[1]))));
    }

    [Fact]
    public void Elements_the_value_does_not_have_are_zero() =>
        Assert.Equal("0001000200000000", Encode(new(PvValue.Array(new short[] { 1, 2 }), default, default), DbrType.Short, 4));

    [Fact]
    public void More_elements_than_asked_for_are_cut() =>
        Assert.Equal("0001000200000000", Encode(new(PvValue.Array(new short[] { 1, 2, 3 }), default, default), DbrType.Short, 2));

    [Fact]
    public void The_kinds_of_a_source_make_no_difference_to_what_arrives()
    {
        Array[] sources =
        [
            new sbyte[] { 1, -2 }, new short[] { 1, -2 }, new[] { 1, -2 }, new long[] { 1, -2 }, new float[] { 1, -2 }, new double[] { 1, -2 }, new[] { "1", "-2" },
        ];
        foreach (var source in sources)
            foreach (var element in new[] { DbrType.Short, DbrType.Long, DbrType.Float, DbrType.Double })
            {
                var payload = Convert.FromHexString(Encode(new(PvValue.Array(source), default, default), element, 2));
                var array = DbrDecoder.Decode(element, 2, payload, scalar: false).Value.AsArray();
                Assert.Equal([1.0, -2.0], array.Cast<IConvertible>().Select(v => v.ToDouble(null)));
            }
    }

    [Fact]
    public void What_is_encoded_decodes_to_the_same_in_every_type()
    {
        var meta = new PvMeta { Units = "mA", Precision = 3, Display = new(-10, 10), Control = new(-5, 5), Alarm = new(-9, -8, 8, 9), Choices = ["Off", "On"] };
        foreach (var type in Enum.GetValues<DbrType>().Where(t => t <= DbrType.CtrlDouble))
        {
            var element = DbrLayout.Element(type);
            var value = element switch
            {
                DbrType.String => PvValue.String("text"),
                DbrType.Enum => PvValue.Enum(1),
                DbrType.Char => PvValue.Integer(PvKind.UInt8, 7),
                DbrType.Short => PvValue.Integer(PvKind.Int16, -7),
                DbrType.Long => PvValue.Integer(PvKind.Int32, -70000),
                DbrType.Float => PvValue.Single(1.25f),
                _ => PvValue.Double(1.1),
            };
            var content = DbrDecoder.Decode(type, 1, Convert.FromHexString(Encode(new(value, High, Time), type, 1, meta)), scalar: true);
            Assert.Equal(value, content.Value);
            var form = DbrLayout.Form(type);
            Assert.Equal(form == DbrForm.Plain ? default : High, content.Alarm);
            Assert.Equal(form == DbrForm.Time ? Time : default, content.Time);
            if (form is not (DbrForm.Gr or DbrForm.Ctrl) || element is DbrType.String)
                continue;
            if (element == DbrType.Enum)
            {
                Assert.Equal(meta.Choices, content.Meta!.Choices);
                continue;
            }
            Assert.Equal("mA", content.Meta!.Units);
            if (element == DbrType.Char)
                continue;                  // a byte has no negative limits
            Assert.Equal((meta.Display, meta.Alarm), (content.Meta.Display, content.Meta.Alarm));
            Assert.Equal(form == DbrForm.Ctrl ? meta.Control : default, content.Meta.Control);
        }
    }

    [Fact]
    public void A_payload_too_short_for_its_count_is_refused()
    {
        foreach (var type in Enum.GetValues<DbrType>())
        {
            var size = (int)DbrLayout.Size(type, 3);
            for (var length = 0; length < size; length++)
                Assert.Throws<CaProtocolException>(() => DbrDecoder.Decode(type, 3, new byte[length], scalar: false));
        }
        Assert.Throws<CaProtocolException>(() => DbrDecoder.Decode(DbrType.Double, uint.MaxValue, new byte[64], scalar: false));
        Assert.Throws<CaProtocolException>(() => DbrDecoder.Decode((DbrType)39, 1, new byte[64], scalar: true));
    }

    [Fact]
    public void Times_before_1990_and_unset_ones_go_as_zero()
    {
        Assert.Equal("0000000000000000", Encode(new(PvValue.Double(0), default, default), DbrType.TimeDouble, 1).Substring(8, 16));
        Assert.Equal("00000000", Encode(new(PvValue.Double(0), default, new(1000, 0)), DbrType.TimeDouble, 1).Substring(8, 8));
        Assert.False(DbrDecoder.Decode(DbrType.TimeDouble, 1, new byte[24], scalar: true).Time.IsSet);
    }
}
