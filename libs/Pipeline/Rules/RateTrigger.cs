namespace ModelManager.Pipeline;

/// <summary>One tick per period on a fixed grid from the start, with whatever has arrived: no drift, and a late tick does not move the next ones.</summary>
/// <param name="period">In clock ticks, above 0.</param>
public sealed class RateTrigger(long period) : ITrigger
{
    public string Name => "rate";

    public bool IsPeriodic => true;

    public TriggerAnswer Ask(in TriggerQuestion question)
    {
        var due = question.LastTick is { } last ? question.Started + ((last - question.Started) / period + 1) * period : question.Started + period;
        return new(question.Now >= due, question.Now >= due ? question.Started + ((question.Now - question.Started) / period + 1) * period : due);
    }
}
