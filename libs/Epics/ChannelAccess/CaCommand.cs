namespace ModelManager.Epics.ChannelAccess;

/// <summary>Channel Access commands, by the number in the first two bytes of a message (caProto.h of EPICS base).</summary>
public enum CaCommand : ushort
{
    Version = 0,
    EventAdd = 1,
    EventCancel = 2,
    Read = 3,
    Write = 4,
    Snapshot = 5,
    Search = 6,
    Build = 7,
    EventsOff = 8,
    EventsOn = 9,
    ReadSync = 10,
    Error = 11,
    ClearChannel = 12,
    ServerIsUp = 13,
    NotFound = 14,
    ReadNotify = 15,
    ReadBuild = 16,
    RepeaterConfirm = 17,
    CreateChannel = 18,
    WriteNotify = 19,
    ClientName = 20,
    HostName = 21,
    AccessRights = 22,
    Echo = 23,
    RepeaterRegister = 24,
    Signal = 25,
    CreateChannelFailed = 26,
    ServerDisconnect = 27,
}

public static class CaProtocol
{
    /// <summary>The minor version this library speaks: CA v4.13.</summary>
    public const ushort MinorVersion = 13;

    public const int ServerPort = 5064;
    public const int RepeaterPort = 5065;

    /// <summary>Every payload is a multiple of this, filled with zeros.</summary>
    public const int Alignment = 8;

    /// <summary>SEARCH <c>type</c>: do not answer when the name is unknown.</summary>
    public const ushort DoNotReply = 5;

    /// <summary>SEARCH <c>type</c>: answer NOT_FOUND when the name is unknown.</summary>
    public const ushort DoReply = 10;

    /// <summary>Seconds from the Unix epoch to the CA one, 1990-01-01 UTC.</summary>
    public const long EpochOffsetSeconds = 631_152_000;

    /// <summary>Servers from this minor version on take a count of 0 for "as many elements as there are"; older ones refuse it (CA_V413 of libca).</summary>
    public const uint AutoSizeMinor = 13;

    /// <summary>A PV name longer than this is not one (EPICS record names have 60 characters, with field and filter text behind).</summary>
    public const int MaxNameLength = 1024;

    public static int Pad(int size) => (size + (Alignment - 1)) & ~(Alignment - 1);

    public static bool IsKnown(CaCommand command) => command <= CaCommand.ServerDisconnect;
}
