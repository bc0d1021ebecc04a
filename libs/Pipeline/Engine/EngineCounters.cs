namespace ModelManager.Pipeline;

/// <summary>What has been counted since the start of the engine.</summary>
public sealed class EngineCounters
{
    public long Ticks { get; internal set; }
    public long Sets { get; internal set; }
    public long Merged { get; internal set; }
    public long Dropped { get; internal set; }
    public long Repeats { get; internal set; }
    public long Sent { get; internal set; }
    public long Held { get; internal set; }
    public long Clamped { get; internal set; }
    public long Refused { get; internal set; }
}
