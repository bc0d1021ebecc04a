namespace ModelManager.Pipeline;

/// <param name="Name">namespace/name of the deployment: first part of its tick ids, owner of its model calls.</param>
/// <param name="Publish">False: compute and show; the sinks are not even opened.</param>
public sealed record RunnerOptions(string Name, int Generation = 1, long Epoch = 1, bool Publish = false)
{
    /// <summary>Inputs come through <see cref="DeploymentRunner.Deliver"/> (<c>delivery: stream</c>): the connectors are opened, but nothing is subscribed to.</summary>
    public bool ExternalInputs { get; init; }

    /// <summary>Most bytes of tick records kept; grown on demand. 0 keeps none.</summary>
    public int RecordBytes { get; init; } = 128 * 1024;

    /// <summary>Sets that may wait with <c>mailbox: every</c>.</summary>
    public int MailboxSets { get; init; } = 1024;

    /// <summary>How long a stop waits for its last puts (<c>on_stop</c>) before it closes anyway.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What <see cref="DeploymentRunner.SaveState"/> gave on the silo before, or null.</summary>
    public string? SavedState { get; init; }
}
