using System.Collections.Immutable;
using ModelManager.Connectors;
using ModelManager.Models;
using ModelManager.Values;

namespace ModelManager.Pipeline;

public enum EngineEventKind : byte
{
    /// <summary>Once, first: the clock starts.</summary>
    Start,
    /// <summary>A source was connected; the number says whether it can pause.</summary>
    SourceOpened,
    /// <summary>An update set of a source.</summary>
    Set,
    ModelDone,
    NodeDone,
    PutDone,
    Timer,
    /// <summary>A tick has ended and there may be more to do (<see cref="Engine.HasWork"/>).</summary>
    Continue,
    Pause,
    Resume,
    Publish,
    Swap,
    Stop,
}

/// <summary>One thing that happened. The same events with the same times give the same effects, bit for bit.</summary>
/// <param name="Key">The source, node or sink module concerned.</param>
/// <param name="Number">Sequence of the tick an answer belongs to; a flag for <see cref="EngineEventKind.SourceOpened"/>.</param>
public readonly record struct EngineEvent(EngineEventKind Kind, string Key = "", long Number = 0, UpdateSet Set = default, object? Payload = null)
{
    public static EngineEvent Start { get; } = new(EngineEventKind.Start);
    public static EngineEvent Timer { get; } = new(EngineEventKind.Timer);
    public static EngineEvent Continue { get; } = new(EngineEventKind.Continue);
    public static EngineEvent Pause { get; } = new(EngineEventKind.Pause);
    public static EngineEvent Resume { get; } = new(EngineEventKind.Resume);
    public static EngineEvent Stop { get; } = new(EngineEventKind.Stop);
    /// <summary>Stop now: the tick in flight (a model that hangs) is given up.</summary>
    public static EngineEvent StopNow { get; } = new(EngineEventKind.Stop, Number: 1);

    public static EngineEvent SourceOpened(string source, bool canPause) => new(EngineEventKind.SourceOpened, source, canPause ? 1 : 0);
    public static EngineEvent OfSet(string source, in UpdateSet set) => new(EngineEventKind.Set, source, 0, set);
    public static EngineEvent ModelDone(string node, long tick, ModelAnswer answer) => new(EngineEventKind.ModelDone, node, tick, default, answer);
    public static EngineEvent NodeDone(string node, long tick, NodeAnswer answer) => new(EngineEventKind.NodeDone, node, tick, default, answer);
    public static EngineEvent PutDone(string sink, in UpdateSet put, ImmutableArray<PutOutcome> outcomes) => new(EngineEventKind.PutDone, sink, 0, put, new PutAnswer(outcomes));
    public static EngineEvent Publish(PublishState state) => new(EngineEventKind.Publish, Payload: state);
    public static EngineEvent Swap(Plan plan, int generation) => new(EngineEventKind.Swap, Number: generation, Payload: plan);
}

/// <summary>What a model gave. The object may be used again for the next call.</summary>
/// <param name="Outputs">In the order of the model's outputs; a missing one is none.</param>
/// <param name="Alarms">Where the model gives alarms of its own (upstream.md A4a), by output; empty otherwise. They win over limits.</param>
/// <param name="Error">Null, or why there are no outputs.</param>
/// <param name="IsLost">The model never returned: it is not called again.</param>
public sealed record ModelAnswer(PvValue[] Outputs, IReadOnlyList<ModelWarning> Warnings, ImmutableArray<Alarm?> Alarms = default, string? Error = null, bool IsLost = false);

/// <param name="Outputs">In the order of the transformer's outputs; one without value and alarm is not emitted.</param>
public sealed record NodeAnswer(PvSample[] Outputs, string? Error = null);

/// <param name="Outcomes">In the order of the set that was put.</param>
public sealed record PutAnswer(ImmutableArray<PutOutcome> Outcomes);

/// <param name="Serving">Keys of the sinks that serve their PVs themselves; the others write foreign ones. While off, all count as serving.</param>
public sealed record PublishState(bool On, ImmutableHashSet<string> Serving)
{
    public static PublishState Off { get; } = new(false, []);
}
