using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>A value that a client wants to have written.</summary>
/// <param name="Value">Already of the PV's own kind.</param>
/// <param name="WithCompletion">The client waits for the end of it (put with callback, <c>caput -c</c>).</param>
/// <param name="Trap">A rule of access security wants such writes told.</param>
/// <param name="Address">Where the client's connection comes from, which is not the client's word.</param>
public readonly record struct CaPut(string PvName, PvValue Value, string User, string Host, bool WithCompletion, bool Trap, string Address);

/// <summary>Accepted, or refused with a text.</summary>
public readonly record struct CaPutResult(string? Refusal)
{
    public static CaPutResult Accepted => default;
    public static CaPutResult Refused(string reason) => new(reason);
    public bool IsAccepted => Refusal is null;
}

/// <summary>Decides on a put and carries it out. The client gets its completion when the task ends.</summary>
public delegate ValueTask<CaPutResult> CaPutHandler(CaPut put, CancellationToken cancellation);

/// <summary>How a PV is served.</summary>
public sealed record CaPvOptions
{
    /// <summary>Clients may write. Without <see cref="OnPut"/> what they write is posted with the time of the server.</summary>
    public bool Writable { get; init; }

    /// <summary>Asked for every put. It posts the value itself where it wants it seen.</summary>
    public CaPutHandler? OnPut { get; init; }

    /// <summary>Units, limits, choices; a sample that brings its own replaces it.</summary>
    public PvMeta? Meta { get; init; }

    /// <summary>Access security group (a record's ASG field).</summary>
    public string AccessGroup { get; init; } = "";

    /// <summary>Access security level of the value; fields like units and limits are level 1.</summary>
    public int AccessLevel { get; init; }

    /// <summary>Largest array that is ever posted; by default the length of the first value. Longer ones are cut.</summary>
    public int? MaxElements { get; init; }

    /// <summary>What the field RTYP says; by default the record type that fits the value.</summary>
    public string? RecordType { get; init; }
}
