using ModelManager.Configuration.Spec;

namespace ModelManager.Pipeline;

/// <summary>What decides over the next tick.</summary>
/// <param name="HasUpdates">Sets wait that change an input.</param>
/// <param name="LeaderUpdated">One of them has the leader.</param>
/// <param name="Started">When the engine was started, in clock ticks.</param>
/// <param name="LastTick">When the last tick was due or started; null before the first.</param>
public readonly record struct TriggerQuestion(bool HasUpdates, bool LeaderUpdated, long Started, long? LastTick, long Now);

/// <param name="Tick">Start one now.</param>
/// <param name="AskAgainAt">The clock alone can change the answer at this time; <see cref="long.MaxValue"/> = only updates can.</param>
public readonly record struct TriggerAnswer(bool Tick, long AskAgainAt)
{
    public static TriggerAnswer Now => new(true, long.MaxValue);
    public static TriggerAnswer OnUpdate => new(false, long.MaxValue);
}

/// <summary>When the engine starts a tick. Without state and without a clock.</summary>
public interface ITrigger
{
    string Name { get; }

    /// <summary>The clock makes ticks, with or without updates.</summary>
    bool IsPeriodic => false;

    TriggerAnswer Ask(in TriggerQuestion question);
}

/// <summary>The triggers by name. <c>aligned</c> is refused when the plan is built.</summary>
public static class Triggers
{
    /// <param name="ticksPerSecond">Of the monotonic clock.</param>
    public static ITrigger Of(TriggerSpec spec, long ticksPerSecond)
    {
        var rate = spec.Rate is { } period ? (long)(period.TotalSeconds * ticksPerSecond) : 0;
        return spec.Kind switch
        {
            TriggerKind.Any => new AnyTrigger(rate),
            TriggerKind.Rate => new RateTrigger(rate),
            TriggerKind.Leader => new LeaderTrigger(rate),
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Kind, "this trigger is not available in this version"),
        };
    }
}
