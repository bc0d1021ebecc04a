using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>A data file as a source: every subscription reads it from the first row on, each row as one set, at its own pace.</summary>
internal sealed class FileSource(FileSettings settings, IReadOnlyList<PvVariable> variables, TimeProvider clock, IProgress<FileProgress>? progress) : IPvSource, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<FileSubscription> _subscriptions = [];
    private readonly Dictionary<string, PvVariable> _variables = variables.GroupBy(v => v.PvName, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    private bool _closed;

    public bool CanPause => true;

    public bool Ends => !settings.Repeat;

    /// <summary>The values of the first row.</summary>
    public async ValueTask<PvUpdate[]> Get(IReadOnlyList<string> pvNames, CancellationToken cancellation)
    {
        var rows = new FileRowUpdates(pvNames, _variables, settings, clock);
        try
        {
            await using var reader = await RowFiles.OpenRead(settings, rows.Wanted, cancellation);
            if (!await reader.Read(rows.Cells, cancellation))
                return [.. pvNames.Select(pv => PvUpdate.Disconnect(pv, $"{settings.Path} has no rows, so '{pv}' has no value"))];
            return [.. rows.SetOf(1, reader).Updates];
        }
        catch (FileDataException error)
        {
            return [.. pvNames.Select(pv => PvUpdate.Disconnect(pv, $"'{pv}' cannot be read: {error.Message}"))];
        }
    }

    public IPvSubscription Monitor(IReadOnlyList<string> pvNames, IPvSubscriber subscriber)
    {
        var rows = new FileRowUpdates([.. pvNames.Distinct(StringComparer.Ordinal)], _variables, settings, clock);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var subscription = new FileSubscription(settings, rows, subscriber, clock, progress, Forget);
            _subscriptions.Add(subscription);
            subscription.Start();
            return subscription;
        }
    }

    public async ValueTask DisposeAsync()
    {
        FileSubscription[] subscriptions;
        lock (_gate)
        {
            _closed = true;
            subscriptions = [.. _subscriptions];
        }
        foreach (var subscription in subscriptions)
            await subscription.End();
    }

    private void Forget(FileSubscription subscription)
    {
        lock (_gate)
            _subscriptions.Remove(subscription);
    }
}
