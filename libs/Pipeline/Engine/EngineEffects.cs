using ModelManager.Values;

namespace ModelManager.Pipeline;

public enum EffectKind : byte
{
    /// <summary>Evaluate the model of a node; the payload is its inputs (<c>PvValue[]</c>), which stay untouched until the answer.</summary>
    EvaluateModel,
    /// <summary>Evaluate a transformer in its own grain; the payload is its inputs (<c>PvSample[]</c>), a copy.</summary>
    EvaluateNode,
    /// <summary>Hand a set to a sink.</summary>
    Put,
    /// <summary>Send a timer event at this time of the monotonic clock; replaces the one before.</summary>
    ArmTimer,
    PauseSource,
    ResumeSource,
    TickFinished,
    /// <summary>The plan given by a swap is in use.</summary>
    Swapped,
    /// <summary>Nothing more will be put after what was put so far is answered.</summary>
    Stopped,
}

/// <summary>One thing the engine wants done.</summary>
/// <param name="Key">The node, sink or source module.</param>
/// <param name="Number">Sequence of the tick; for the timer, the time.</param>
public readonly record struct Effect(EffectKind Kind, string Key = "", long Number = 0, UpdateSet Set = default, object? Payload = null);

/// <summary>The effects of one step, in order. Used again for the next one.</summary>
public sealed class EngineEffects
{
    private Effect[] _effects = new Effect[4];

    public int Count { get; private set; }

    public ReadOnlySpan<Effect> Span => _effects.AsSpan(0, Count);

    public Effect this[int index] => _effects[index];

    public void Clear()
    {
        _effects.AsSpan(0, Count).Clear();
        Count = 0;
    }

    internal void Add(in Effect effect)
    {
        if (Count == _effects.Length)
            Array.Resize(ref _effects, Count * 2);
        _effects[Count++] = effect;
    }
}
