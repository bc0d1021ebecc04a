using ModelManager.Values;

namespace ModelManager.Epics.PvAccess;

/// <summary>time_t, both ways: seconds since 1970 UTC, nanoseconds, user tag.</summary>
public static class NtTime
{
    public static PvTime Read(PvaStructure value)
    {
        var nt = value.Layout.Nt;
        return nt.Seconds < 0 ? default : new(value.GetInt64(nt.Seconds), nt.Nanoseconds < 0 ? 0 : (int)value.GetInt64(nt.Nanoseconds), nt.UserTag < 0 ? 0 : (int)value.GetInt64(nt.UserTag));
    }

    /// <summary>Sets what differs, and its bits.</summary>
    public static void Write(PvaStructure value, BitMask changed, in PvTime time)
    {
        var nt = value.Layout.Nt;
        NtChange.Integer(value, changed, nt.Seconds, time.Seconds);
        NtChange.Integer(value, changed, nt.Nanoseconds, time.Nanoseconds);
        NtChange.Integer(value, changed, nt.UserTag, time.UserTag);
    }
}
