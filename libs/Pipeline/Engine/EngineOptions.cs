using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline;

/// <param name="TicksPerSecond">Of the monotonic clock (<see cref="TimeProvider.TimestampFrequency"/>).</param>
public sealed record EngineOptions(string Name, int Generation = 1, long Epoch = 1, MailboxKind Mailbox = MailboxKind.Latest, long TicksPerSecond = TimeSpan.TicksPerSecond)
{
    /// <summary>Sets that may wait with <see cref="MailboxKind.Every"/>.</summary>
    public int MailboxSets { get; init; } = 1024;

    /// <summary>Most bytes of tick records kept; 0 = none.</summary>
    public int RecordBytes { get; init; } = 128 * 1024;

    /// <summary>Transformers with <c>own_grain: true</c> are effects; otherwise they are fused like the others.</summary>
    public bool RunsExternalNodes { get; init; }
}
