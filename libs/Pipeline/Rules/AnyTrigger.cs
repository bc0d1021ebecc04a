namespace ModelManager.Pipeline;

/// <summary>Every update makes a tick; with a rate, at most one tick per that time, and the updates between are merged.</summary>
/// <param name="rate">Least time between two ticks in clock ticks; 0 = none.</param>
public sealed class AnyTrigger(long rate) : ITrigger
{
    public string Name => "any";

    public TriggerAnswer Ask(in TriggerQuestion question)
    {
        if (!question.HasUpdates)
            return TriggerAnswer.OnUpdate;
        return question.LastTick is { } last && question.Now - last < rate ? new(false, last + rate) : TriggerAnswer.Now;
    }
}
