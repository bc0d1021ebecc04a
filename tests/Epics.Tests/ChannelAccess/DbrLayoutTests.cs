using ModelManager.Epics.ChannelAccess;

namespace ModelManager.Epics.Tests.ChannelAccess;

public class DbrLayoutTests
{
    // dbr_size[] and dbr_value_offset[] of libca (access.cpp): sizes of the C structures with one element.
    [Theory]
    [InlineData(DbrType.String, 40, 0)]
    [InlineData(DbrType.Short, 2, 0)]
    [InlineData(DbrType.Float, 4, 0)]
    [InlineData(DbrType.Enum, 2, 0)]
    [InlineData(DbrType.Char, 1, 0)]
    [InlineData(DbrType.Long, 4, 0)]
    [InlineData(DbrType.Double, 8, 0)]
    [InlineData(DbrType.StsString, 44, 4)]
    [InlineData(DbrType.StsShort, 6, 4)]
    [InlineData(DbrType.StsFloat, 8, 4)]
    [InlineData(DbrType.StsEnum, 6, 4)]
    [InlineData(DbrType.StsChar, 6, 5)]
    [InlineData(DbrType.StsLong, 8, 4)]
    [InlineData(DbrType.StsDouble, 16, 8)]
    [InlineData(DbrType.TimeString, 52, 12)]
    [InlineData(DbrType.TimeShort, 16, 14)]
    [InlineData(DbrType.TimeFloat, 16, 12)]
    [InlineData(DbrType.TimeEnum, 16, 14)]
    [InlineData(DbrType.TimeChar, 16, 15)]
    [InlineData(DbrType.TimeLong, 16, 12)]
    [InlineData(DbrType.TimeDouble, 24, 16)]
    [InlineData(DbrType.GrString, 44, 4)]
    [InlineData(DbrType.GrShort, 26, 24)]
    [InlineData(DbrType.GrFloat, 44, 40)]
    [InlineData(DbrType.GrEnum, 424, 422)]
    [InlineData(DbrType.GrChar, 20, 19)]
    [InlineData(DbrType.GrLong, 40, 36)]
    [InlineData(DbrType.GrDouble, 72, 64)]
    [InlineData(DbrType.CtrlString, 44, 4)]
    [InlineData(DbrType.CtrlShort, 30, 28)]
    [InlineData(DbrType.CtrlFloat, 52, 48)]
    [InlineData(DbrType.CtrlEnum, 424, 422)]
    [InlineData(DbrType.CtrlChar, 22, 21)]
    [InlineData(DbrType.CtrlLong, 48, 44)]
    [InlineData(DbrType.CtrlDouble, 88, 80)]
    [InlineData(DbrType.PutAckTransient, 2, 0)]
    [InlineData(DbrType.PutAckSeverity, 2, 0)]
    [InlineData(DbrType.StsAckString, 48, 8)]
    [InlineData(DbrType.ClassName, 40, 0)]
    public void Sizes_are_those_of_the_C_structures(DbrType type, long size, int offset)
    {
        Assert.Equal((size, offset), (DbrLayout.Size(type, 1), DbrLayout.ValueOffset(type)));
        Assert.Equal(size, DbrLayout.Size(type, 0));
        Assert.Equal(size + 9 * DbrLayout.ElementSize(type), DbrLayout.Size(type, 10));
    }

    [Fact]
    public void Form_and_element_make_the_type()
    {
        foreach (var type in Enum.GetValues<DbrType>().Where(t => t <= DbrType.CtrlDouble))
            Assert.Equal(type, DbrLayout.With(DbrLayout.Element(type), DbrLayout.Form(type)));
        Assert.Equal(DbrType.TimeDouble, DbrLayout.With(DbrType.Double, DbrForm.Time));
        Assert.Equal(DbrType.CtrlEnum, DbrLayout.With(DbrType.Enum, DbrForm.Ctrl));
    }
}
