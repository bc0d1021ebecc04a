namespace ModelManager.Client;

/// <summary>What access security lets a user on a host do with a PV, and why.</summary>
public sealed record PvAccess
{
    public required string Pv { get; init; }
    /// <summary>The access security group that was decided by.</summary>
    public required string Group { get; init; }
    public required string User { get; init; }
    public required string Host { get; init; }
    /// <summary>Of the field: 0 for values, 1 for limits and other configuration.</summary>
    public required int Level { get; init; }
    public required bool Read { get; init; }
    public required bool Write { get; init; }
    /// <summary>Writes are to be told to the audit.</summary>
    public required bool TrapWrite { get; init; }
    /// <summary>In one line.</summary>
    public required string Reason { get; init; }
    /// <summary>Where a running silo serves it: <c>pva://HOST:PORT</c>, <c>ca://HOST:PORT</c>. Empty for a file alone.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];
    /// <summary>Inputs of the group's rules as they are now.</summary>
    public IReadOnlyList<PvAccessInput> Inputs { get; init; } = [];
    /// <summary>Every rule that was looked at.</summary>
    public IReadOnlyList<PvAccessRule> Rules { get; init; } = [];
}

/// <param name="Name">INPA to INPL.</param>
/// <param name="Value">Null = no usable value.</param>
/// <param name="Problem">Why there is none.</param>
public sealed record PvAccessInput(string Name, string Pv, double? Value, string? Problem);

/// <param name="Line">In the file.</param>
/// <param name="Rule">As text.</param>
public sealed record PvAccessRule(int Line, string Rule, bool Grants, string Reason);
