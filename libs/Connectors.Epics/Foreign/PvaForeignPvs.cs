using System.Collections.Concurrent;
using ModelManager.Epics.Net;
using ModelManager.Epics.PvAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs of pvAccess servers.</summary>
internal sealed class PvaForeignPvs(PvaClient client, TimeProvider clock, TimeSpan timeout) : IForeignPvs
{
    // PVs whose server takes the value only: a second try with all fields would be refused again.
    private readonly ConcurrentDictionary<string, bool> _valueOnly = new(StringComparer.Ordinal);

    public string Protocol => "pvAccess";

    public PvaClient Client => client;

    public IDisposable Monitor(string pvName, Action<PvUpdate> onUpdate) => client.Subscribe(pvName, new Subscriber(pvName, onUpdate, clock));

    public async Task<PvUpdate> Get(string pvName, CancellationToken cancellation)
    {
        try
        {
            return new(pvName, Stamped(await client.Get(pvName, cancellation, timeout).ConfigureAwait(false), clock));
        }
        catch (Exception problem) when (problem is PvaTimeoutException or PvaRefusedException or PvaDisconnectedException)
        {
            return PvUpdate.Disconnect(pvName, problem.Message, PvTime.From(clock.GetUtcNow()), clock.GetTimestamp());
        }
    }

    public async Task<ForeignPut> Put(string pvName, PvSample sample, CancellationToken cancellation)
    {
        try
        {
            if (_valueOnly.ContainsKey(pvName))
                await client.Put(pvName, sample.Value, cancellation, timeout).ConfigureAwait(false);
            else
                await PutAll(pvName, sample, cancellation).ConfigureAwait(false);
            return ForeignPut.Done;
        }
        catch (PvaTimeoutException problem)
        {
            return new(problem.Message, problem.WasConnected);
        }
        catch (Exception problem) when (problem is PvaRefusedException or PvaDisconnectedException or ArgumentException)
        {
            return new(problem.Message);
        }
    }

    public Task Find(string pvName, CancellationToken cancellation) => client.Info(pvName, cancellation, Timeout.InfiniteTimeSpan);

    public ValueTask DisposeAsync() => client.DisposeAsync();

    // Servers that host model results keep alarm and stamp as put; an IOC takes the value and refuses the rest or passes it over (upstream.md A4a: structured, then value only).
    private async Task PutAll(string pvName, PvSample sample, CancellationToken cancellation)
    {
        try
        {
            await client.Put(pvName, sample, cancellation, timeout).ConfigureAwait(false);
        }
        catch (PvaRefusedException)
        {
            // A server that refuses the value too says so again, and its words are those the user reads.
            await client.Put(pvName, sample.Value, cancellation, timeout).ConfigureAwait(false);
            _valueOnly[pvName] = true;
        }
    }

    private static PvSample Stamped(in PvSample sample, TimeProvider clock) =>
        sample.Time.IsSet ? sample : sample with { Time = PvTime.From(clock.GetUtcNow(), sample.Time.UserTag) };

    private sealed class Subscriber(string pvName, Action<PvUpdate> onUpdate, TimeProvider clock) : IPvaSubscriber
    {
        private PvMeta? _meta;
        private bool _metaSent;

        public void OnConnected(PvaSubscription subscription, PvaStructure value)
        {
            _metaSent = false;
            onUpdate(new PvUpdate(pvName, default, PvUpdateKind.Connected));
        }

        public void OnUpdate(PvaSubscription subscription, PvaStructure value, BitMask changed, BitMask overrun)
        {
            var received = clock.GetTimestamp();
            if (_meta is null || changed.Intersects(value.Layout.Nt.Metadata))
                (_meta, _metaSent) = (NtMeta.Read(value, _meta), false);
            onUpdate(new PvUpdate(pvName, Stamped(NtValue.ReadSample(value, received, _metaSent ? null : _meta), clock)));
            _metaSent = true;
        }

        public void OnDisconnected(PvaSubscription subscription, string reason) =>
            onUpdate(PvUpdate.Disconnect(pvName, $"PV '{pvName}': {reason}", PvTime.From(clock.GetUtcNow()), clock.GetTimestamp()));
    }
}
