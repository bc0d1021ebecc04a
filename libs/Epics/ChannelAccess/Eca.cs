namespace ModelManager.Epics.ChannelAccess;

/// <summary>Channel Access status codes: number * 8 + severity (caerr.h of EPICS base).</summary>
public enum Eca : uint
{
    Normal = 1,
    AllocMem = 48,
    TooLarge = 72,
    Timeout = 80,
    BadType = 114,
    Internal = 142,
    GetFail = 152,
    PutFail = 160,
    BadCount = 176,
    BadString = 186,
    Disconnected = 192,
    BadMonitorId = 242,
    BadMask = 330,
    PutInProgress = 362,
    NoReadAccess = 368,
    NoWriteAccess = 376,
    NoConvert = 400,
    BadChannelId = 410,
    UnavailableInServer = 432,
    ChannelDestroyed = 440,
}

public static class EcaText
{
    /// <summary>What a status means, in words for an operator.</summary>
    public static string Describe(Eca status) => status switch
    {
        Eca.Normal => "normal successful completion",
        Eca.AllocMem => "the server has no memory for it",
        Eca.TooLarge => "the array does not fit into the message size that is allowed",
        Eca.Timeout => "no answer in time",
        Eca.BadType => "the data type is not valid",
        Eca.Internal => "the server found the request malformed",
        Eca.GetFail => "the server could not read the value as this type",
        Eca.PutFail => "the server refused the value",
        Eca.BadCount => "the element count is not valid for this PV",
        Eca.BadString => "the string is not valid",
        Eca.Disconnected => "the PV is disconnected",
        Eca.BadMonitorId => "no such subscription",
        Eca.BadMask => "the event mask is not valid",
        Eca.PutInProgress => "another put with completion is in progress",
        Eca.NoReadAccess => "read access denied",
        Eca.NoWriteAccess => "write access denied",
        Eca.NoConvert => "there is no conversion between these types",
        Eca.BadChannelId => "no such channel on this circuit",
        Eca.UnavailableInServer => "not available in this server",
        Eca.ChannelDestroyed => "the channel was destroyed",
        _ => $"CA status {(uint)status}",
    };
}
