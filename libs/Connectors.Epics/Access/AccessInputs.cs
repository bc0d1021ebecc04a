using ModelManager.Configuration.Spec;
using ModelManager.Epics.AccessSecurity;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>
/// Keeps the inputs (INPA to INPL) of an access security file at their live values. <c>ca://NAME</c> and <c>pva://NAME</c> say where a PV is; a plain name is a PV of this process where one serves it,
/// otherwise that of whichever server answers, Channel Access first, as in an IOC.
/// </summary>
/// <remarks>A disconnected or INVALID input is bad: rules that use it grant nothing (asCa.c of EPICS base).</remarks>
internal sealed class AccessInputs : IAsyncDisposable
{
    // The PVs of a server come moments after it: what is our own should not be looked for outside first.
    private static readonly TimeSpan OwnPvsFirst = TimeSpan.FromMilliseconds(100);

    private readonly AccessPolicy _policy;
    private readonly EpicsServices _services;
    private readonly Lazy<IForeignPvs> _ca, _pva;
    private readonly Lock _gate = new();
    private readonly AccessInput[] _inputs;
    private readonly Dictionary<ServedPvs, OwnPvs> _own = [];
    private readonly ITimer _searching;
    private bool _maySearch, _closed;

    /// <param name="ca">Makes the client for PVs of others, when first needed.</param>
    /// <param name="pva">The same over pvAccess.</param>
    public AccessInputs(AccessPolicy policy, EpicsServices services, Func<IForeignPvs> ca, Func<IForeignPvs> pva)
    {
        (_policy, _services, _ca, _pva) = (policy, services, new(ca), new(pva));
        _inputs = [.. policy.InputPvs.Select(written => new AccessInput(written))];
        services.ServedChanged += FollowOwn;
        FollowOwn();
        _searching = services.Clock.CreateTimer(_ => Search(), null, OwnPvsFirst, Timeout.InfiniteTimeSpan);
    }

    public async ValueTask DisposeAsync()
    {
        _services.ServedChanged -= FollowOwn;
        await _searching.DisposeAsync().ConfigureAwait(false);
        List<IAsyncDisposable> ending;
        List<ForeignWatch> watches;
        lock (_gate)
        {
            _closed = true;
            ending = [.. _own.Values.Select(own => own.Subscription)];
            watches = [.. _inputs.Select(i => i.Foreign).OfType<ForeignWatch>()];
            _own.Clear();
        }
        foreach (var watch in watches)
            watch.Dispose();
        foreach (var one in ending)
            await one.DisposeAsync().ConfigureAwait(false);
        foreach (var client in (Lazy<IForeignPvs>[])[_ca, _pva])
            if (client.IsValueCreated)
                await client.Value.DisposeAsync().ConfigureAwait(false);
    }

    // Every server of this process, as they come and go.
    private void FollowOwn()
    {
        var names = _inputs.Where(i => i.Protocol is null).Select(i => i.PvName).ToArray();
        if (names.Length == 0)
            return;
        List<OwnPvs> gone = [];
        lock (_gate)
        {
            if (_closed)
                return;
            var open = _services.Served.ToHashSet();
            foreach (var served in _own.Keys.Where(served => !open.Contains(served)).ToArray())
                if (_own.Remove(served, out var ended))
                    gone.Add(ended);
            foreach (var served in open.Where(served => !_own.ContainsKey(served)))
                _own.Add(served, new(this, served, names));
        }
        foreach (var ended in gone)
        {
            foreach (var name in names)
                Take(name, ended, PvUpdate.Disconnect(name, "its server has ended"));
            _ = ended.Subscription.DisposeAsync().AsTask();
        }
    }

    private void Search()
    {
        lock (_gate)
            _maySearch = true;
        foreach (var input in _inputs)
            Adjust(input);
    }

    private void Take(string pvName, object from, in PvUpdate update)
    {
        foreach (var input in _inputs)
            if (input.Protocol is null && input.PvName == pvName)
                Take(input, from, update);
    }

    private void Take(AccessInput input, object from, in PvUpdate update)
    {
        if (update.Kind == PvUpdateKind.Connected)
            return;
        lock (_gate)
        {
            if (_closed || from is ForeignSide side && side.Watch != input.Foreign)
                return;
            input.Take(from, update);
            Tell(input);
        }
        Adjust(input);
    }

    // Under the lock, so that values go to the policy in the order they came.
    private void Tell(AccessInput input)
    {
        var (value, problem) = input.State;
        _policy.SetInput(input.Written, value, problem is null, problem ?? "");
    }

    // Looked for outside only while nobody here serves it. Clients are called without the lock: they have their own.
    private void Adjust(AccessInput input)
    {
        ForeignWatch? begun = null, ended = null;
        lock (_gate)
        {
            if (_closed || !_maySearch)
                return;
            if (input.IsOwn)
            {
                (ended, input.Foreign) = (input.Foreign, null);
                input.ForgetForeign();
            }
            else if (input.Foreign is null)
            {
                input.Foreign = begun = new();
                Tell(input);
            }
        }
        ended?.Dispose();
        if (begun is null)
            return;
        if (input.Protocol is null or PvProtocol.Ca)
            Watch(input, new(begun, 0), _ca.Value);
        if (input.Protocol is null or PvProtocol.Pva)
            Watch(input, new(begun, 1), _pva.Value);
    }

    private void Watch(AccessInput input, ForeignSide side, IForeignPvs pvs) =>
        side.Watch.Add(pvs.Monitor(input.PvName, update => Take(input, side, update)));

    /// <summary>The inputs among the PVs of one server of this process.</summary>
    private sealed class OwnPvs : IPvSubscriber
    {
        private readonly AccessInputs _inputs;

        public OwnPvs(AccessInputs inputs, ServedPvs served, string[] names)
        {
            _inputs = inputs;
            Subscription = served.Board.Monitor(names, this);
        }

        public IPvSubscription Subscription { get; }

        public void OnBatch(PvBatch batch)
        {
            foreach (var set in batch.Sets)
                foreach (var update in set.Updates)
                    _inputs.Take(update.Name, this, update);
        }

        public void OnCompleted(Exception? error)
        {
        }
    }
}
