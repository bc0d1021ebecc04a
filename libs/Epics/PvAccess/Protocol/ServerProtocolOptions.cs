namespace ModelManager.Epics.PvAccess;

/// <summary>Limits and choices of one server connection.</summary>
public sealed record ServerProtocolOptions
{
    /// <summary>Longer names are refused (the record name of EPICS base has at most 60 characters, field modifiers add to it).</summary>
    public const int MaxNameLength = 4096;

    public static ServerProtocolOptions Default { get; } = new();

    /// <summary>The byte order announced by SET_ENDIAN.</summary>
    public bool BigEndian { get; init; }

    /// <summary>Sends types by key once the client knows them, as pvAccessCPP; otherwise plain, as PVXS.</summary>
    public bool UseTypeCache { get; init; }

    /// <summary>Payload bytes after which a message is split into segments; 0 = never, as PVXS.</summary>
    public int SegmentSize { get; init; }

    public int MaxMessageSize { get; init; } = MessageAssembler.DefaultMaxMessageSize;
    public long MaxDecodedBytes { get; init; } = ValueReader.DefaultMaxDecodedBytes;
    public int MaxChannels { get; init; } = 100_000;
    public int MaxOperations { get; init; } = 200_000;
}
