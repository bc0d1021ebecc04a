using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>One module's simulator with its PVs served: inputs while it exists, outputs while they are open for writing.</summary>
internal sealed class ServedSimulator : IConnector, IPvSink, IPvSubscriber
{
    private readonly ServedSimulatorFactory _factory;
    private readonly IConnector _simulator;
    private readonly string[] _inputs;
    private readonly IPvSubscription? _mirror;
    private int _disposed;

    public ServedSimulator(ServedSimulatorFactory factory, InterfaceModule module, IConnector simulator)
    {
        (_factory, _simulator) = (factory, simulator);
        var inputs = module.IsSource ? module.Variables.Where(v => v.Mode != PvMode.Out).DistinctBy(v => v.PvName, StringComparer.Ordinal).ToArray() : [];
        _inputs = [.. inputs.Select(v => v.PvName)];
        factory.Owned(_inputs, simulator.Sink!);
        factory.Pvs.Host([.. inputs.Select(v => new PvHosting(new(v), PvRole.Input, Forward: factory.Forward))]);
        if (_inputs.Length > 0)
            _mirror = simulator.Source!.Monitor(_inputs, this);
    }

    public IPvSource? Source => _simulator.Source;
    public IPvSink? Sink => this;
    public bool Serves => true;

    public async ValueTask<IAsyncDisposable> Open(IReadOnlyList<PvVariable> variables, CancellationToken cancellation)
    {
        var opened = await _simulator.Sink!.Open(variables, cancellation);
        var outputs = variables.DistinctBy(v => v.PvName, StringComparer.Ordinal).ToArray();
        _factory.Pvs.Host([.. outputs.Select(v => new PvHosting(new(v), PvRole.Output))]);
        return new Opened(_factory.Pvs, [.. outputs.Select(v => v.PvName)], opened);
    }

    public async ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation)
    {
        var outcomes = await _simulator.Sink!.Put(values, cancellation);
        _factory.Pvs.Put(values.Updates);
        return outcomes;
    }

    public void OnBatch(PvBatch batch)
    {
        foreach (var set in batch.Sets)
        {
            var values = set.Updates.RemoveAll(u => u.Kind == PvUpdateKind.Connected);
            // A simulated drop-out: the server stays, so clients see INVALID with the reason.
            if (!values.IsEmpty)
                _factory.Pvs.Put(values);
        }
    }

    public void OnCompleted(Exception? error)
    {
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (_mirror is not null)
            await _mirror.DisposeAsync();
        _factory.Pvs.Unhost(_inputs);
        await _simulator.DisposeAsync();
    }

    private sealed class Opened(ServedPvs pvs, string[] names, IAsyncDisposable inner) : IAsyncDisposable
    {
        private int _closed;

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
                pvs.Unhost(names);
            return inner.DisposeAsync();
        }
    }
}
