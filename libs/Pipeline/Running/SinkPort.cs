using System.Collections.Immutable;
using ModelManager.Connectors;
using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The runner's end of one sink, open while the deployment publishes.</summary>
internal sealed class SinkPort(PlanSink plan) : IAsyncDisposable
{
    private ConnectorLease? _lease;
    private IAsyncDisposable? _hosting;
    private IPvSink? _sink;

    public PlanSink Plan { get; } = plan;
    public string Key { get; } = plan.Module.Key;
    public bool IsServing => _sink?.Serves ?? true;

    public bool Serves(PlanSink sink) =>
        sink.Module.Key == Key && sink.Module.Type == Plan.Module.Type && sink.Variables.SequenceEqual(Plan.Variables) && SourcePort.SameSettings(sink.Module.Settings, Plan.Module.Settings);

    public async Task Open(ConnectorPool pool, CancellationToken cancellation)
    {
        _lease = await pool.Acquire(Plan.Module, cancellation);
        _sink = _lease.Connector.Sink
            ?? throw new ConnectorException($"{Plan.Module.Where}: interface '{Plan.Module.Subtype}' of module '{Key}' cannot be written to; use it for inputs only");
        _hosting = await _sink.Open(Plan.Variables, cancellation);
    }

    public ValueTask<ImmutableArray<PutOutcome>> Put(in UpdateSet set, CancellationToken cancellation) =>
        _sink is { } sink ? sink.Put(set, cancellation) : new(Refuse(set, "its interface is closed"));

    public static ImmutableArray<PutOutcome> Refuse(in UpdateSet set, string why) => [.. set.Updates.Select(u => new PutOutcome(u.Name, why))];

    /// <summary>Closes an output that is worth its name only when it is whole, now that it is; others stay open.</summary>
    /// <exception cref="ConnectorException">It cannot be completed.</exception>
    public async ValueTask Complete()
    {
        if (_hosting is not IAbandonable whole)
            return;
        (_hosting, _sink) = (null, null);
        await whole.DisposeAsync();
    }

    /// <summary>Closes it as the output of a run that did not come to its end.</summary>
    public async ValueTask Abandon()
    {
        _sink = null;
        if (_hosting is IAbandonable started)
        {
            _hosting = null;
            await started.Abandon();
        }
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _sink = null;
        if (Interlocked.Exchange(ref _hosting, null) is { } hosting)
            await hosting.DisposeAsync();
        if (Interlocked.Exchange(ref _lease, null) is { } lease)
            await lease.DisposeAsync();
    }
}
