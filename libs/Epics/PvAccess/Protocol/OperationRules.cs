using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ModelManager.Epics.PvAccess;

/// <summary>What may happen to an operation in which state. Both sides and their tests read this one table.</summary>
public static class OperationRules
{
    private static readonly OperationKind[] OneShot = [OperationKind.Get, OperationKind.Put, OperationKind.PutGet, OperationKind.Process, OperationKind.Rpc];

    public static ImmutableArray<OperationRule> All { get; } = [.. Build()];

    private static readonly FrozenDictionary<(OperationKind, OperationState, OperationTrigger), OperationState> Table =
        All.ToFrozenDictionary(rule => (rule.Kind, rule.From, rule.Trigger), rule => rule.To);

    /// <summary>The state that follows; false when this may not happen now.</summary>
    public static bool TryNext(OperationKind kind, OperationState from, OperationTrigger trigger, out OperationState to) => Table.TryGetValue((kind, from, trigger), out to);

    private static IEnumerable<OperationRule> Build()
    {
        foreach (var kind in OneShot)
        {
            yield return new(kind, OperationState.Initializing, OperationTrigger.InitAccepted, OperationState.Idle);
            yield return new(kind, OperationState.Initializing, OperationTrigger.InitRefused, OperationState.Done);
            yield return new(kind, OperationState.Idle, OperationTrigger.Execute, OperationState.Busy);
            yield return new(kind, OperationState.Idle, OperationTrigger.ExecuteLast, OperationState.Busy);
            yield return new(kind, OperationState.Busy, OperationTrigger.Answered, OperationState.Idle);
            yield return new(kind, OperationState.Busy, OperationTrigger.End, OperationState.Done);
            yield return new(kind, OperationState.Busy, OperationTrigger.Cancel, OperationState.Idle);
            yield return new(kind, OperationState.Idle, OperationTrigger.Cancel, OperationState.Idle);
            foreach (var state in (OperationState[])[OperationState.Initializing, OperationState.Idle, OperationState.Busy])
                yield return new(kind, state, OperationTrigger.Destroy, OperationState.Done);
        }
        const OperationKind monitor = OperationKind.Monitor;
        yield return new(monitor, OperationState.Initializing, OperationTrigger.InitAccepted, OperationState.Idle);
        yield return new(monitor, OperationState.Initializing, OperationTrigger.InitRefused, OperationState.Done);
        yield return new(monitor, OperationState.Idle, OperationTrigger.Start, OperationState.Streaming);
        yield return new(monitor, OperationState.Streaming, OperationTrigger.Start, OperationState.Streaming);
        yield return new(monitor, OperationState.Streaming, OperationTrigger.Stop, OperationState.Idle);
        yield return new(monitor, OperationState.Idle, OperationTrigger.Stop, OperationState.Idle);
        yield return new(monitor, OperationState.Streaming, OperationTrigger.Cancel, OperationState.Idle);
        yield return new(monitor, OperationState.Idle, OperationTrigger.Cancel, OperationState.Idle);
        // Updates that were under way when the client stopped, and acknowledgements of them.
        foreach (var state in (OperationState[])[OperationState.Idle, OperationState.Streaming])
        {
            yield return new(monitor, state, OperationTrigger.Update, state);
            yield return new(monitor, state, OperationTrigger.Acknowledge, state);
            yield return new(monitor, state, OperationTrigger.End, OperationState.Done);
        }
        foreach (var state in (OperationState[])[OperationState.Initializing, OperationState.Idle, OperationState.Streaming])
            yield return new(monitor, state, OperationTrigger.Destroy, OperationState.Done);
        yield return new(OperationKind.GetField, OperationState.Busy, OperationTrigger.End, OperationState.Done);
        yield return new(OperationKind.GetField, OperationState.Busy, OperationTrigger.Destroy, OperationState.Done);
    }
}

public readonly record struct OperationRule(OperationKind Kind, OperationState From, OperationTrigger Trigger, OperationState To);
