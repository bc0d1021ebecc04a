using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Tests.PvAccess;

public class NtTimeTests
{
    // softIocPVX (QSRV 2) sends 1990-01-01, the epoch of EPICS, for a record that was never processed.
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(631_152_000, 0, false)]
    [InlineData(631_152_000, 1, true)]
    [InlineData(1_700_000_000, 0, true)]
    public void A_record_that_was_never_processed_has_no_stamp(long seconds, int nanoseconds, bool isSet)
    {
        var value = NtScalar.Double(1).Value;
        (value["timeStamp.secondsPastEpoch"], value["timeStamp.nanoseconds"]) = (seconds, nanoseconds);

        Assert.Equal(isSet ? new PvTime(seconds, nanoseconds) : default, NtTime.Read(value));
        Assert.Equal(isSet, NtTime.Read(value).IsSet);
    }
}
