namespace ModelManager.Values.Tests;

public class AlarmTests
{
    private static readonly Alarm Minor = new(AlarmSeverity.Minor, AlarmStatus.High, "first");
    private static readonly Alarm Major = new(AlarmSeverity.Major, AlarmStatus.HiHi, "heavier");

    [Fact]
    public void Worst_is_the_heavier_and_on_equal_weight_the_first()
    {
        Assert.Equal(Major, Minor.Worst(Major));
        Assert.Equal(Major, Major.Worst(Minor));
        Assert.Equal(Minor, Minor.Worst(new(AlarmSeverity.Minor, AlarmStatus.Low, "second")));
        Assert.Equal(Minor, Alarm.None.Worst(Minor));
    }

    // pvData alarm.h: noStatus, deviceStatus, driverStatus, recordStatus, dbStatus, confStatus, undefinedStatus, clientStatus.
    [Theory]
    [InlineData(AlarmStatus.NoAlarm, 0)]
    [InlineData(AlarmStatus.HiHi, 1)]
    [InlineData(AlarmStatus.Comm, 2)]
    [InlineData(AlarmStatus.Calc, 3)]
    [InlineData(AlarmStatus.Udf, 6)]
    [InlineData(AlarmStatus.WriteAccess, 7)]
    public void Has_a_class_for_pvaccess(AlarmStatus status, int expected) => Assert.Equal(expected, new Alarm(AlarmSeverity.Major, status, null).PvaStatus);
}
