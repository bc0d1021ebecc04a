namespace ModelManager.Pipeline;

/// <summary>An update of the leader makes a tick; all other inputs are taken as they stand.</summary>
public sealed class LeaderTrigger : ITrigger
{
    public static LeaderTrigger Instance { get; } = new();

    public string Name => "leader";

    public TriggerAnswer Ask(in TriggerQuestion question) => question.LeaderUpdated ? TriggerAnswer.Now : TriggerAnswer.OnUpdate;
}
