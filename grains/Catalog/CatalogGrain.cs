using System.Collections.Immutable;
using ModelManager.Coordination;
using ModelManager.Grains.Storage;
using Orleans.Concurrency;

namespace ModelManager.Grains.Catalog;

/// <inheritdoc cref="ICatalogGrain"/>
[Reentrant, KeepAlive]
public sealed class CatalogGrain([PersistentState("catalog", SqliteGrainStorage.Name)] IPersistentState<CatalogState> stored, SqliteStore store) : Grain, ICatalogGrain
{
    private ClaimTable _claims = ClaimTable.Empty;
    private Task _writing = Task.CompletedTask;
    private Task? _nextWrite;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Rebuild();
        return Task.CompletedTask;
    }

    public async Task<ImmutableArray<HeldPv>> Put(CatalogEntry entry, CancellationToken cancellation)
    {
        var claim = _claims.Claim(entry.Deployment, entry.Claims);
        if (!claim.Granted)
            return [.. claim.Conflicts.Select(conflict => new HeldPv(conflict.Pv, conflict.Holder))];
        _claims = claim.Table;
        stored.State.Entries[entry.Deployment] = entry;
        await Write();
        return [];
    }

    public async Task SetDesired(string deployment, DesiredRun desired, CancellationToken cancellation)
    {
        if (!stored.State.Entries.TryGetValue(deployment, out var entry))
            throw new DeploymentException(DeploymentFault.NotFound, $"there is no deployment '{DeploymentNames.Shown(deployment)}'");
        stored.State.Entries[deployment] = entry with { Desired = desired };
        await Write();
    }

    public async Task Remove(string deployment, CancellationToken cancellation)
    {
        if (!stored.State.Entries.Remove(deployment))
            return;
        _claims = _claims.Release(deployment);
        await Write();
    }

    public Task<ImmutableArray<CatalogEntry>> List() => Task.FromResult(stored.State.Entries.Values.ToImmutableArray());

    public Task<CatalogEntry?> Find(string deployment) => Task.FromResult(stored.State.Entries.GetValueOrDefault(deployment));

    public Task<string?> HolderOf(string pv) => Task.FromResult(_claims.OwnerOfPv.GetValueOrDefault(pv));

    public Task Probe()
    {
        store.Probe();
        return Task.CompletedTask;
    }

    // Changes that arrive while a write is under way share the next one: a thousand deployments do not cost a thousand writes of the whole catalog.
    private async Task Write()
    {
        if (_nextWrite is null)
        {
            _nextWrite = WriteAfter(_writing);
            _writing = _nextWrite;
        }
        await _nextWrite;
    }

    private async Task WriteAfter(Task before)
    {
        await Task.Yield();
        await before.ContinueWith(static _ => { }, TaskScheduler.Current);
        _nextWrite = null;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            // Nothing was stored: what this activation holds is taken back to what is, and the caller is told.
            await stored.ReadStateAsync();
            Rebuild();
            throw;
        }
    }

    private void Rebuild() =>
        _claims = stored.State.Entries.Values.Aggregate(ClaimTable.Empty, (table, entry) => table.Claim(entry.Deployment, entry.Claims).Table);
}
