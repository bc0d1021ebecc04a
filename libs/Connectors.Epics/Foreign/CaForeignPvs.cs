using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics;

/// <summary>PVs of Channel Access servers. Puts carry the value only: the protocol has no place for alarm and stamp.</summary>
internal sealed class CaForeignPvs(CaClient client, TimeProvider clock) : IForeignPvs
{
    public string Protocol => "Channel Access";

    public CaClient Client => client;

    public IDisposable Monitor(string pvName, Action<PvUpdate> onUpdate)
    {
        PvMeta? sent = null;
        return client.Subscribe(pvName, (in PvUpdate update) =>
        {
            if (update.Kind == PvUpdateKind.Connected)
                sent = null;
            if (update.Kind != PvUpdateKind.Value)
            {
                onUpdate(update.Kind == PvUpdateKind.Disconnected ? Named(update) : update);
                return;
            }
            var sample = Stamped(update.Sample);
            onUpdate(update with { Sample = ReferenceEquals(sample.Meta, sent) ? sample with { Meta = null } : sample });
            sent = sample.Meta;
        });
    }

    public async Task<PvUpdate> Get(string pvName, CancellationToken cancellation)
    {
        try
        {
            return new(pvName, Stamped(await client.Get(pvName, cancellation).ConfigureAwait(false)));
        }
        catch (Exception problem) when (problem is CaException or CaTimeoutException)
        {
            return PvUpdate.Disconnect(pvName, problem.Message, PvTime.From(clock.GetUtcNow()), clock.GetTimestamp());
        }
    }

    public async Task<ForeignPut> Put(string pvName, PvSample sample, CancellationToken cancellation)
    {
        try
        {
            await client.Put(pvName, sample.Value, cancellation).ConfigureAwait(false);
            return ForeignPut.Done;
        }
        catch (CaTimeoutException problem)
        {
            return new(problem.Message, WasFound: false);
        }
        catch (CaException problem)
        {
            return new(problem.Message);
        }
    }

    public async Task Find(string pvName, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await client.Info(pvName, cancellation).ConfigureAwait(false);
                return;
            }
            catch (Exception problem) when (problem is CaTimeoutException or CaException)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();

    private PvSample Stamped(in PvSample sample) => sample with
    {
        Time = sample.Time.IsSet ? sample.Time : PvTime.From(clock.GetUtcNow()),
        ReceivedTicks = sample.ReceivedTicks != 0 ? sample.ReceivedTicks : clock.GetTimestamp(),
    };

    private static PvUpdate Named(in PvUpdate update) => update.Sample.Alarm.Message is { } reason && !reason.Contains(update.Name, StringComparison.Ordinal)
        ? update with { Sample = update.Sample with { Alarm = update.Sample.Alarm with { Message = $"PV '{update.Name}': {reason}" } } }
        : update;
}
