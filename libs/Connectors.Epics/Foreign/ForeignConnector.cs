using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors.Boards;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs of other servers as source and sink. Each is monitored once, whoever reads it; a board keeps its current value for those who come later.</summary>
internal sealed class ForeignConnector(IForeignPvs pvs, string source, EpicsServices services) : BoardConnector(new PvBoard(source, services.Clock))
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Watched> _watched = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Writer> _writers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private bool _closed;

    public override bool Serves => false;

    public IForeignPvs Pvs => pvs;

    public override IPvSubscription Monitor(IReadOnlyList<string> pvNames, IPvSubscriber subscriber)
    {
        var names = pvNames.Distinct(StringComparer.Ordinal).ToArray();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            foreach (var name in names)
                Watch(name);
            return new Watching(this, names, base.Monitor(names, subscriber));
        }
    }

    public override async ValueTask<PvUpdate[]> Get(IReadOnlyList<string> pvNames, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // What is monitored is known already, and just as fresh.
        var known = Board.Get(pvNames);
        var reads = new Task<PvUpdate>[known.Length];
        for (var i = 0; i < known.Length; i++)
            reads[i] = known[i].Kind == PvUpdateKind.Value ? Task.FromResult(known[i]) : pvs.Get(known[i].Name, cancellation);
        return await Task.WhenAll(reads).ConfigureAwait(false);
    }

    public override async ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var puts = new Task<PutOutcome>[values.Updates.Length];
        for (var i = 0; i < puts.Length; i++)
            puts[i] = Put(values.Updates[i], cancellation);
        return [.. await Task.WhenAll(puts).ConfigureAwait(false)];
    }

    public override async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _closed = true;
            foreach (var watched in _watched.Values)
                watched.Monitor.Dispose();
            _watched.Clear();
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
        await pvs.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    protected override void Host(IReadOnlyList<PvVariable> variables)
    {
        lock (_gate)
            foreach (var variable in variables)
            {
                if (!_writers.TryGetValue(variable.PvName, out var writer))
                {
                    _writers.Add(variable.PvName, writer = new());
                    // Its search begins now, so that the first result does not wait for it.
                    writer.Search = pvs.Find(variable.PvName, _closing.Token);
                }
                writer.Users++;
            }
    }

    protected override void Unhost(IReadOnlyList<string> pvNames)
    {
        lock (_gate)
            foreach (var name in pvNames)
                if (_writers.TryGetValue(name, out var writer) && --writer.Users == 0)
                    _writers.Remove(name);
    }

    private async Task<PutOutcome> Put(PvUpdate update, CancellationToken cancellation)
    {
        Writer? writer;
        lock (_gate)
            writer = _writers.GetValueOrDefault(update.Name);
        if (writer is null)
            return new(update.Name, $"PV '{update.Name}' is not open for writing; declare it under variables");
        // One missing PV must not hold up the others of a tick for a whole timeout, tick after tick.
        if (writer is { WasMissed: true, Search.IsCompleted: false })
            return new(update.Name, $"PV '{update.Name}': no {pvs.Protocol} server has it; it is searched for");
        var put = await pvs.Put(update.Name, update.Sample, cancellation).ConfigureAwait(false);
        writer.WasMissed = !put.WasFound;
        if (!put.WasFound)
            lock (_gate)
                if (!_closed && writer.Search.IsCompleted)
                    writer.Search = pvs.Find(update.Name, _closing.Token);
        return new(update.Name, put.Refusal);
    }

    private void Watch(string name)
    {
        if (_watched.TryGetValue(name, out var watched))
        {
            watched.Users++;
            return;
        }
        _watched.Add(name, watched = new());
        var searching = PvUpdate.Disconnect(name, $"PV '{name}': no {pvs.Protocol} server has answered the search for it yet", PvTime.From(services.Clock.GetUtcNow()), services.Clock.GetTimestamp());
        Board.Host([searching]);
        Board.Publish(searching);
        watched.Monitor = pvs.Monitor(name, update => Take(watched, update));
    }

    // On a thread of the protocol, one call at a time for a PV.
    private void Take(Watched watched, in PvUpdate update)
    {
        if (watched.HasEnded)
            return;
        if (update.Kind == PvUpdateKind.Connected)
        {
            watched.IsNew = true;
            return;
        }
        if (update.Kind == PvUpdateKind.Value && watched.IsNew)
            Board.Publish([new(update.Name, update.Sample, PvUpdateKind.Connected), update]);
        else
            Board.Publish(update);
        watched.IsNew = false;
    }

    private void Leave(string[] names)
    {
        List<Watched>? left = null;
        lock (_gate)
            foreach (var name in names)
                if (_watched.TryGetValue(name, out var watched) && --watched.Users == 0)
                {
                    _watched.Remove(name);
                    watched.HasEnded = true;
                    (left ??= []).Add(watched);
                    Board.Unhost([name], "nobody reads it any more");
                }
        foreach (var watched in left ?? [])
            watched.Monitor.Dispose();
    }

    private sealed class Watched
    {
        public int Users = 1;
        public IDisposable Monitor = null!;
        /// <summary>Connected, and its first value is still to come.</summary>
        public bool IsNew;
        public volatile bool HasEnded;
    }

    private sealed class Writer
    {
        public int Users;
        public Task Search = Task.CompletedTask;
        public volatile bool WasMissed;
    }

    private sealed class Watching(ForeignConnector connector, string[] names, IPvSubscription inner) : IPvSubscription
    {
        private int _ended;

        public void Pause() => inner.Pause();

        public void Resume() => inner.Resume();

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
                connector.Leave(names);
            return inner.DisposeAsync();
        }
    }
}
