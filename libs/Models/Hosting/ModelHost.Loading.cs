namespace ModelManager.Models;

// Which models are in memory, and for whom.
public sealed partial class ModelHost
{
    private const int LoadsAtOnce = 4;

    private readonly Dictionary<LoadKey, LoadedModel> _loaded = [];
    private readonly HashSet<LoadedModel> _models = [];
    private readonly SemaphoreSlim _loadSlots = new(LoadsAtOnce);
    private readonly Lock[] _stripes = [.. Enumerable.Range(0, 16).Select(_ => new Lock())];

    /// <summary>Models in memory.</summary>
    public int LoadedModels
    {
        get
        {
            lock (_gate)
                return _models.Count;
        }
    }

    /// <summary>Loads the model, or shares the one already in memory that came from the same files. Reads files on a thread of its own.</summary>
    /// <param name="owner">The deployment: owners take turns, and a model that keeps state exists once per owner.</param>
    /// <exception cref="ModelException">No loader can load it; the message has what each of them said.</exception>
    public async Task<ModelLease> Acquire(ModelSource source, string owner, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        await _loadSlots.WaitAsync(ct);
        var load = Task.Factory.StartNew(() =>
        {
            try
            {
                return Load(source, owner, ct);
            }
            finally
            {
                _loadSlots.Release();
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        try
        {
            return await load.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            _ = load.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private ModelLease Load(ModelSource source, string owner, CancellationToken ct)
    {
        var refusals = new List<string>();
        foreach (var loader in _loaders)
        {
            try
            {
                if (loader.Refuses(source) is { } refusal)
                    refusals.Add($"{loader.Runtime}: {refusal}");
                else
                    return LoadWith(loader, source, owner, ct);
            }
            catch (ModelException failed)
            {
                refusals.Add($"{loader.Runtime}: {failed.Message}");
            }
        }
        throw new ModelException(refusals.Count switch
        {
            0 => $"model '{source.Name}' ({source.Path}): no model runtime is installed",
            1 => $"model '{source.Name}' cannot be loaded. {refusals[0]}",
            _ => $"model '{source.Name}' cannot be loaded by any runtime.{Environment.NewLine}{string.Join(Environment.NewLine, refusals.Select(r => "- " + r))}",
        });
    }

    private ModelLease LoadWith(IModelLoader loader, ModelSource source, string owner, CancellationToken ct)
    {
        var digest = loader.Digest(source);
        // Two deployments of one model that start together: the second waits for the first and then shares.
        lock (_stripes[(uint)HashCode.Combine(loader.Runtime, digest ?? source.Path) % _stripes.Length])
        {
            ct.ThrowIfCancellationRequested();
            if (digest is not null && Share(loader.Runtime, digest, owner) is { } shared)
                return shared;
            var model = loader.Load(source, ct);
            var info = model.Info;
            if (Share(info.Runtime, info.Digest, owner) is { } same)
            {
                model.Dispose();
                return same;
            }
            lock (_gate)
                if (!_closed)
                {
                    var key = new LoadKey(info.Runtime, info.Digest, info.IsStateless ? "" : owner);
                    var loaded = new LoadedModel(model, _loaded.ContainsKey(key) ? null : key);
                    if (loaded.Key is not null)
                        _loaded.Add(key, loaded);
                    return LeaseOf(loaded, owner);
                }
            model.Dispose();
            throw new ObjectDisposedException(nameof(ModelHost));
        }
    }

    // An instance with a thread stuck in it is not shared again when it keeps state: a new deployment gets a new one.
    private ModelLease? Share(string runtime, string digest, string owner)
    {
        lock (_gate)
        {
            if (_closed)
                return null;
            if (_loaded.TryGetValue(new(runtime, digest, ""), out var stateless))
                return LeaseOf(stateless, owner);
            return _loaded.TryGetValue(new(runtime, digest, owner), out var own) && own.Lost == 0 ? LeaseOf(own, owner) : null;
        }
    }

    private ModelLease LeaseOf(LoadedModel loaded, string owner)
    {
        if (!_owners.TryGetValue(owner, out var queue))
            _owners.Add(owner, queue = new OwnerQueue(owner));
        queue.Leases++;
        loaded.Leases++;
        _models.Add(loaded);
        return new ModelLease(this, loaded, queue);
    }

    internal void Release(ModelLease lease)
    {
        IModel? unused = null;
        lock (_gate)
        {
            if (--lease.Queue.Leases == 0)
                _owners.Remove(lease.Owner);
            lease.Loaded.Leases--;
            if (lease.Loaded.MayBeDisposed)
                unused = Drop(lease.Loaded);
        }
        Dispose(unused);
    }

    private void Dispose(IModel? unused)
    {
        if (unused is null)
            return;
        unused.Dispose();
        // Each further one puts it off: once after a row of swaps is enough.
        _giveBack.Change(_options.GiveBackAfter, Timeout.InfiniteTimeSpan);
    }

    private IModel Drop(LoadedModel loaded)
    {
        loaded.IsDisposed = true;
        _models.Remove(loaded);
        if (loaded.Key is { } key)
            _loaded.Remove(key);
        return loaded.Model;
    }

    private List<IModel> DropAll()
    {
        lock (_gate)
            return [.. _models.Where(m => m.Lost == 0).ToArray().Select(Drop)];
    }
}
