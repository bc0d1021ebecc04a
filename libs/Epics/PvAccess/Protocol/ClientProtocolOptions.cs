namespace ModelManager.Epics.PvAccess;

/// <summary>Limits and choices of one client connection.</summary>
public sealed record ClientProtocolOptions
{
    public static ClientProtocolOptions Default { get; } = new();

    /// <summary>Whom we say we are (method <c>ca</c>); null = anonymous.</summary>
    public string? User { get; init; }

    public string Host { get; init; } = "";

    /// <summary>Sends types by key once the server knows them, as pvAccessCPP; otherwise plain, as PVXS.</summary>
    public bool UseTypeCache { get; init; }

    /// <summary>Payload bytes after which a message is split into segments; 0 = never, as PVXS.</summary>
    public int SegmentSize { get; init; }

    public int MaxMessageSize { get; init; } = MessageAssembler.DefaultMaxMessageSize;
    public long MaxDecodedBytes { get; init; } = ValueReader.DefaultMaxDecodedBytes;

    /// <summary>Where types are kept once for all channels that have the same; null = each channel keeps its own.</summary>
    public TypePool? Types { get; init; }
}
