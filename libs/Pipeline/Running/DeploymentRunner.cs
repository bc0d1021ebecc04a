using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Runs one deployment: owns its engine, connects it to its sources, models and sinks, and shows what it does. All members may be called from any thread.</summary>
public sealed class DeploymentRunner : IAsyncDisposable
{
    /// <exception cref="InvalidSpecException">The spec does not fit the models or names what does not exist; every error is in it.</exception>
    public DeploymentRunner(DeploymentSpec spec, RunnerOptions options, DeploymentModels models, RunnerServices services) => throw new InvalidOperationException();

    /// <summary>Connects the sources and, when publishing, the sinks; starts the engine.</summary>
    /// <exception cref="Connectors.ConnectorException">An interface cannot be made; nothing stays open.</exception>
    public Task Start(CancellationToken cancellation) => throw new InvalidOperationException();

    /// <summary>Lets the tick in flight finish, applies <c>on_stop</c>, closes subscriptions and sinks.</summary>
    public Task Stop(CancellationToken cancellation) => throw new InvalidOperationException();

    /// <summary>No further tick starts until <see cref="Resume"/>; updates are taken in and merged (latest) or wait (every).</summary>
    public void Pause() => throw new InvalidOperationException();

    public void Resume() => throw new InvalidOperationException();

    /// <summary>Opens the sinks and posts from the next tick on; or stops posting and closes them.</summary>
    public Task SetPublish(bool on, CancellationToken cancellation) => throw new InvalidOperationException();

    /// <summary>Changes spec or models between two ticks. No tick is missed; connections that stay the same stay open.</summary>
    public Task Swap(DeploymentSpec spec, int generation, DeploymentModels models, CancellationToken cancellation) => throw new InvalidOperationException();

    /// <summary>Sets of a source that come another way than by subscription (a stream); the same path from here on.</summary>
    public void Deliver(string sourceModule, PvBatch batch) => throw new InvalidOperationException();

    public RunnerStatus Status => throw new InvalidOperationException();
    public ImmutableArray<PvReading> Inputs => throw new InvalidOperationException();
    public ImmutableArray<PvReading> ModelOutputs => throw new InvalidOperationException();
    /// <summary>What was posted last, or would have been with publishing on.</summary>
    public ImmutableArray<PvReading> Outputs => throw new InvalidOperationException();

    /// <summary>The newest records, oldest first.</summary>
    public ImmutableArray<TickRecord> Records(int max) => throw new InvalidOperationException();

    /// <summary>Called after each tick on the engine's thread: hand over and return. Costs nothing without listeners.</summary>
    public event Action<TickRecord>? Ticked { add { } remove { } }

    /// <summary>What each tick computed for the sinks, for the stream <c>out/&lt;deployment&gt;</c>. On the engine's thread.</summary>
    public event Action<UpdateSet>? OutputsComputed { add { } remove { } }

    /// <summary>The status may have changed in a way that is worth storing: state, failure, awaited inputs.</summary>
    public event Action<DeploymentRunner>? StatusChanged { add { } remove { } }

    /// <summary>Ticks as they come; one that is too slow misses the older ones.</summary>
    public IAsyncEnumerable<TickRecord> Watch(CancellationToken cancellation) => throw new InvalidOperationException();

    /// <summary>Done with the first tick in which every output has a value.</summary>
    public Task<TickRecord> FirstCompleteResult => throw new InvalidOperationException();

    /// <summary>Done when every source has ended and everything of it was computed and put (batch); failed if one failed.</summary>
    public Task SourcesEnded => throw new InvalidOperationException();

    /// <summary>State of the stateful rules and transformers, JSON with <c>schema</c>.</summary>
    public string SaveState() => throw new InvalidOperationException();

    public ValueTask DisposeAsync() => throw new InvalidOperationException();
}
