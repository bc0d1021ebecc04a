using ModelManager.Values;

namespace ModelManager.Epics.PvAccess;

/// <summary>time_t, both ways: seconds since 1970 UTC, nanoseconds, user tag.</summary>
public static class NtTime
{
    // The epoch of EPICS, 1990 UTC: the stamp of a record that was never processed; pvget, too, shows it as undefined.
    private const long NeverProcessed = 631_152_000;

    public static PvTime Read(PvaStructure value)
    {
        var nt = value.Layout.Nt;
        if (nt.Seconds < 0)
            return default;
        var time = new PvTime(value.GetInt64(nt.Seconds), nt.Nanoseconds < 0 ? 0 : (int)value.GetInt64(nt.Nanoseconds), nt.UserTag < 0 ? 0 : (int)value.GetInt64(nt.UserTag));
        return time is { Seconds: NeverProcessed, Nanoseconds: 0 } ? time with { Seconds = 0 } : time;
    }

    /// <summary>Sets what differs, and its bits.</summary>
    public static void Write(PvaStructure value, BitMask changed, in PvTime time)
    {
        var nt = value.Layout.Nt;
        Write(value, changed, time, nt.Seconds, nt.Nanoseconds, nt.UserTag);
    }

    /// <summary>The same with the stamp of the data of an image, by which viewers go (NTNDArray dataTimeStamp); other types have none.</summary>
    public static void WriteWithData(PvaStructure value, BitMask changed, in PvTime time)
    {
        Write(value, changed, time);
        if (value.Layout.Nt.Image is { } image)
            Write(value, changed, time, image.DataSeconds, image.DataNanoseconds, image.DataUserTag);
    }

    private static void Write(PvaStructure value, BitMask changed, in PvTime time, int seconds, int nanoseconds, int userTag)
    {
        NtChange.Integer(value, changed, seconds, time.Seconds);
        NtChange.Integer(value, changed, nanoseconds, time.Nanoseconds);
        NtChange.Integer(value, changed, userTag, time.UserTag);
    }
}
