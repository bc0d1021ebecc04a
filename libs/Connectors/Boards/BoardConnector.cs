using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Boards;

/// <summary>One module's connection to a board: what it subscribed to and opened ends with it, the board lives on for others.</summary>
internal class BoardConnector(PvBoard board) : IConnector, IPvSource, IPvSink
{
    private readonly Lock _gate = new();
    private readonly HashSet<BoardSubscription> _subscriptions = [];
    private readonly HashSet<Opened> _opened = [];
    private bool _closed;

    public IPvSource? Source => this;
    public IPvSink? Sink => this;
    public bool CanPause => false;
    public virtual bool Serves => true;

    protected PvBoard Board => board;

    /// <summary>Makes opened PVs exist, or keeps them alive once more.</summary>
    protected virtual void Host(IReadOnlyList<PvVariable> variables) => board.Host([.. variables.Select(HostedPv.Unwritten)]);

    /// <summary>Undoes one <see cref="Host"/>.</summary>
    protected virtual void Unhost(IReadOnlyList<string> pvNames) => board.Unhost(pvNames, "its writer closed it");

    public virtual ValueTask<PvUpdate[]> Get(IReadOnlyList<string> pvNames, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(board.Get(pvNames));
    }

    public virtual IPvSubscription Monitor(IReadOnlyList<string> pvNames, IPvSubscriber subscriber)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var subscription = board.Monitor(pvNames, subscriber);
            _subscriptions.Add(subscription);
            return new Ending(this, subscription);
        }
    }

    public virtual ValueTask<IAsyncDisposable> Open(IReadOnlyList<PvVariable> variables, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var opened = new Opened(this, [.. variables.Select(v => v.PvName).Distinct(StringComparer.Ordinal)]);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            Host([.. variables.DistinctBy(v => v.PvName, StringComparer.Ordinal)]);
            _opened.Add(opened);
        }
        return new(opened);
    }

    public virtual ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new(board.Put(values.Updates));
    }

    public virtual ValueTask DisposeAsync()
    {
        BoardSubscription[] subscriptions;
        Opened[] opened;
        lock (_gate)
        {
            if (_closed)
                return ValueTask.CompletedTask;
            _closed = true;
            subscriptions = [.. _subscriptions];
            opened = [.. _opened];
            _subscriptions.Clear();
        }
        foreach (var one in opened)
            one.Close();
        foreach (var subscription in subscriptions)
        {
            board.Forget(subscription);
            subscription.Queue.Complete(null);
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>The PVs of one <see cref="Open"/>.</summary>
    private sealed class Opened(BoardConnector connector, string[] pvNames) : IAsyncDisposable
    {
        public void Close()
        {
            lock (connector._gate)
                if (!connector._opened.Remove(this))
                    return;
            connector.Unhost(pvNames);
        }

        public ValueTask DisposeAsync()
        {
            Close();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Ending(BoardConnector connector, BoardSubscription subscription) : IPvSubscription
    {
        public void Pause() => subscription.Pause();

        public void Resume() => subscription.Resume();

        public ValueTask DisposeAsync()
        {
            lock (connector._gate)
                connector._subscriptions.Remove(subscription);
            return subscription.DisposeAsync();
        }
    }
}
