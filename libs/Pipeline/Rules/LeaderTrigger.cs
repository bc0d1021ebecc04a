namespace ModelManager.Pipeline;

/// <summary>An update of the leader makes a tick; all other inputs are taken as they stand. With a rate, at most one tick per that time.</summary>
/// <param name="rate">Least time between two ticks in clock ticks; 0 = none.</param>
public sealed class LeaderTrigger(long rate) : ITrigger
{
    public string Name => "leader";

    public TriggerAnswer Ask(in TriggerQuestion question)
    {
        if (!question.LeaderUpdated)
            return TriggerAnswer.OnUpdate;
        return question.LastTick is { } last && question.Now - last < rate ? new(false, last + rate) : TriggerAnswer.Now;
    }
}
