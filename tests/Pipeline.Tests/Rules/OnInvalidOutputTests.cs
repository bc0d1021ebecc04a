using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class OnInvalidOutputTests
{
    private static readonly PvSample Valid = new(PvValue.Double(1), new(AlarmSeverity.Major, AlarmStatus.HiHi, "X"), At(5));
    private static readonly PvSample Invalid = new(PvValue.Double(1), Alarm.Invalid(AlarmStatus.Calc, "X"), At(5));

    [Fact]
    public void Served_pvs_show_invalid_as_invalid()
    {
        Assert.True(OnInvalidOutput.Apply(Invalid, serves: true, PvValue.Double(7), out var posted));
        Assert.Equal(Invalid, posted);
    }

    [Fact]
    public void Foreign_pvs_take_what_is_not_invalid()
    {
        Assert.True(OnInvalidOutput.Apply(Valid, serves: false, PvValue.Double(7), out var posted));
        Assert.Equal(Valid, posted);
    }

    [Fact]
    public void Foreign_pvs_are_left_alone_by_default() => Assert.False(OnInvalidOutput.Apply(Invalid, serves: false, null, out _));

    [Fact]
    public void Foreign_pvs_take_the_value_given_for_it()
    {
        Assert.True(OnInvalidOutput.Apply(Invalid, serves: false, PvValue.Double(7), out var posted));
        Assert.Equal(PvValue.Double(7), posted.Value);
    }
}
