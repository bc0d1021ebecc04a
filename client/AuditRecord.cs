namespace ModelManager.Client;

/// <summary>One change, or one refusal of one, as the audit log of a silo has it.</summary>
public sealed record AuditRecord
{
    public required DateTimeOffset At { get; init; }
    /// <summary>Who asked.</summary>
    public required string Principal { get; init; }
    /// <summary>From where: an address, or the protocol of a put.</summary>
    public required string Origin { get; init; }
    public required string RequestId { get; init; }
    /// <summary>Apply, SetPublish, SetDesired, Remove, put, ...</summary>
    public required string Action { get; init; }
    /// <summary>The deployment or the PV.</summary>
    public required string Subject { get; init; }
    /// <summary>What was asked for, or why it was refused.</summary>
    public required string Detail { get; init; }
    public required bool Accepted { get; init; }
}
