namespace ModelManager.Epics.ChannelAccess;

/// <summary>What a subscription wants to hear of (caeventmask.h: DBE_VALUE, DBE_LOG, DBE_ALARM, DBE_PROPERTY).</summary>
[Flags]
public enum CaEventMask : ushort
{
    None = 0,
    Value = 1,
    Log = 2,
    Alarm = 4,
    Property = 8,
}

/// <summary>Payload of ACCESS_RIGHTS.</summary>
[Flags]
public enum CaAccess : uint
{
    None = 0,
    Read = 1,
    Write = 2,
}
