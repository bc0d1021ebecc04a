namespace ModelManager.Client;

/// <summary>One tick of a deployment: what made it, what went in, what came out and where it went.</summary>
public sealed record DeploymentTick
{
    /// <summary>deployment#generation.epoch.sequence</summary>
    public required string Id { get; init; }
    public int Generation { get; init; }
    /// <summary>Grows with every start of its engine.</summary>
    public long Epoch { get; init; }
    /// <summary>From 1, without gaps within an epoch.</summary>
    public long Sequence { get; init; }
    /// <summary>Update, Rate, Leader, MaxAge, Disconnect, Swap or Publish.</summary>
    public required string Cause { get; init; }
    /// <summary>The module (or the leader, or the PV grown too old) that made the tick; "" for the clock.</summary>
    public string CausedBy { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public required TickTimes Times { get; init; }
    /// <summary>Update sets applied since the tick before.</summary>
    public int Sets { get; init; }
    /// <summary>Of these, how many were merged into a waiting one because the engine was busy.</summary>
    public int Merged { get; init; }
    /// <summary>Sets dropped from a full mailbox since the tick before.</summary>
    public int Dropped { get; init; }
    /// <summary>SHA-256 of each model, in file order.</summary>
    public IReadOnlyList<string> ModelDigests { get; init; } = [];
    public IReadOnlyList<PvReading> Inputs { get; init; } = [];
    /// <summary>What the models were given: the results of the input transformers.</summary>
    public IReadOnlyList<PvReading> ModelInputs { get; init; } = [];
    public IReadOnlyList<PvReading> ModelOutputs { get; init; } = [];
    public IReadOnlyList<TickOutput> Outputs { get; init; } = [];
    /// <summary>The messages of all alarms among the outputs, each once.</summary>
    public IReadOnlyList<string> AlarmCauses { get; init; } = [];
}

/// <summary>Microseconds after the oldest update of the tick arrived, all of one clock.</summary>
/// <param name="Model">When the last model was started; null without one.</param>
public sealed record TickTimes(double Started, double? Model, double? ModelDone, double Done);

/// <param name="Put">What became of it: sent, off (publishing is), no-lease, held (by a rule), clamped (sent after limits changed it), or none where it has no value yet.</param>
public sealed record TickOutput(
    string Name, System.Text.Json.Nodes.JsonNode? Value, string Severity, string Status, string Message, DateTimeOffset? Time, int UserTag, string Units, string Put)
    : PvReading(Name, Value, Severity, Status, Message, Time, UserTag, Units);
