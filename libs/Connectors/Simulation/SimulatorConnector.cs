using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Boards;
using ModelManager.Values;

namespace ModelManager.Connectors.Simulation;

/// <summary>One module's connection to a simulator hub.</summary>
public sealed class SimulatorConnector : IConnector
{
    private readonly Connection _connection;

    internal SimulatorConnector(SimulatorHub hub, IReadOnlyList<PvVariable> simulated, Action released) =>
        _connection = new(hub, simulated, released);

    public IPvSource? Source => _connection;
    public IPvSink? Sink => _connection;

    /// <summary>Lets the signals of PVs run again that were put to.</summary>
    public void Release(params IReadOnlyList<string> pvNames) => _connection.Release(pvNames);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private sealed class Connection(SimulatorHub hub, IReadOnlyList<PvVariable> simulated, Action released) : BoardConnector(hub.Board)
    {
        private int _disposed;

        public void Release(IReadOnlyList<string> pvNames) => hub.Release(pvNames);

        public override ValueTask<PvUpdate[]> Get(IReadOnlyList<string> pvNames, CancellationToken cancellation)
        {
            hub.Advance();
            return base.Get(pvNames, cancellation);
        }

        public override IPvSubscription Monitor(IReadOnlyList<string> pvNames, IPvSubscriber subscriber)
        {
            hub.Advance();
            var subscription = base.Monitor(pvNames, subscriber);
            hub.Advance();
            return subscription;
        }

        public override ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            return new(hub.Put(values.Updates));
        }

        public override async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
                return;
            await base.DisposeAsync();
            hub.Remove(simulated);
            released();
        }
    }
}
