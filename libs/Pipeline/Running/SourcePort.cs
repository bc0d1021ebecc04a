using ModelManager.Connectors;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The runner's end of one source. Batches of a port that is not active yet (its plan comes with a swap under way) wait in it.</summary>
internal sealed class SourcePort(DeploymentRunner runner, PlanSource source) : IPvSubscriber, IAsyncDisposable
{
    private ConnectorLease? _lease;
    private IPvSubscription? _subscription;

    public PlanSource Plan { get; set; } = source;
    public string Key { get; } = source.Module.Key;
    public bool CanPause { get; private set; }
    public bool Ends { get; private set; }

    // Touched by the engine's thread only.
    public bool IsActive { get; set; }
    public List<PvBatch> Pending { get; } = [];
    public bool HasEnded { get; set; }

    /// <summary>The same PVs of the same connection: the subscription can stay.</summary>
    public bool Serves(PlanSource source) =>
        source.Module.Key == Key && source.Module.Type == Plan.Module.Type && source.PvNames.SequenceEqual(Plan.PvNames) && SameSettings(source.Module.Settings, Plan.Module.Settings);

    public async Task Connect(ConnectorPool pool, CancellationToken cancellation)
    {
        _lease = await pool.Acquire(Plan.Module, cancellation);
        (CanPause, Ends) = (SourceOf(_lease).CanPause, SourceOf(_lease).Ends);
    }

    /// <summary>From here on batches come. Not called where they come another way.</summary>
    public void Subscribe() => _subscription = SourceOf(_lease!).Monitor(Plan.PvNames, this);

    public void Pause() => _subscription?.Pause();

    public void Resume() => _subscription?.Resume();

    public void OnBatch(PvBatch batch) => runner.Enqueue(this, batch);

    public void OnCompleted(Exception? error) => runner.EnqueueEnd(this, error);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _subscription, null) is { } subscription)
            await subscription.DisposeAsync();
        if (Interlocked.Exchange(ref _lease, null) is { } lease)
            await lease.DisposeAsync();
    }

    internal static bool SameSettings(IReadOnlyDictionary<string, string> left, IReadOnlyDictionary<string, string> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private IPvSource SourceOf(ConnectorLease lease) =>
        lease.Connector.Source ?? throw new ConnectorException($"{Plan.Module.Where}: interface '{Plan.Module.Subtype}' of module '{Key}' cannot be read from; use it for outputs only");
}
