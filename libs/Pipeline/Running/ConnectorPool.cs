using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Connectors;

namespace ModelManager.Pipeline;

/// <summary>The connectors of a silo: modules with the same interface type and settings share one, which closes with its last user.</summary>
public sealed class ConnectorPool : IAsyncDisposable
{
    private readonly ImmutableSortedDictionary<string, IConnectorFactory> _factories;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PooledConnector> _open = [];
    private readonly Dictionary<string, Task> _closing = [];

    public ConnectorPool(IEnumerable<IConnectorFactory> factories) =>
        _factories = factories.ToImmutableSortedDictionary(f => f.Type, f => f, StringComparer.Ordinal);

    /// <summary>Interface types that can be used, in alphabetical order.</summary>
    public IEnumerable<string> Types => _factories.Keys;

    /// <summary>Connectors in use.</summary>
    public int Open
    {
        get
        {
            lock (_gate)
                return _open.Count;
        }
    }

    /// <summary>The connector of a module, made now or shared. A connector that is closing at this moment is waited for, so that its ports and files are free.</summary>
    /// <exception cref="ConnectorException">No such interface type, or settings that cannot work.</exception>
    public async ValueTask<ConnectorLease> Acquire(InterfaceModule module, CancellationToken cancellation = default)
    {
        var factory = FactoryOf(module);
        var key = KeyOf(module);
        while (true)
        {
            Task? closing;
            lock (_gate)
                if (!_closing.TryGetValue(key, out closing))
                    return Share(key, factory, module);
            await closing.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<Task> closing;
        lock (_gate)
        {
            foreach (var (key, pooled) in _open)
                _closing[key] = Close(key, pooled);
            _open.Clear();
            closing = [.. _closing.Values];
        }
        await Task.WhenAll(closing);
    }

    /// <summary>What modules that share a connector have in common: their interface type and settings.</summary>
    /// <exception cref="ConnectorException">No such interface type.</exception>
    public string KeyOf(InterfaceModule module) => $"{module.Subtype}\n{FactoryOf(module).SharingKey(module)}";

    /// <summary>A connector that is open now; null when nobody uses it.</summary>
    public IConnector? Find(string key)
    {
        lock (_gate)
            return _open.GetValueOrDefault(key)?.Connector;
    }

    internal ValueTask Release(PooledConnector pooled)
    {
        Task closing;
        lock (_gate)
        {
            if (--pooled.Users > 0 || !_open.TryGetValue(pooled.Key, out var open) || !ReferenceEquals(open, pooled))
                return default;
            _open.Remove(pooled.Key);
            _closing[pooled.Key] = closing = Close(pooled.Key, pooled);
        }
        return new(closing);
    }

    private ConnectorLease Share(string key, IConnectorFactory factory, InterfaceModule module)
    {
        if (!_open.TryGetValue(key, out var pooled))
            _open.Add(key, pooled = new PooledConnector(key, factory.Create(module)));
        pooled.Users++;
        return new ConnectorLease(this, pooled);
    }

    private async Task Close(string key, PooledConnector pooled)
    {
        await Task.Yield();               // the caller holds the lock
        try
        {
            await pooled.Connector.DisposeAsync();
        }
        finally
        {
            lock (_gate)
                _closing.Remove(key);
        }
    }

    private IConnectorFactory FactoryOf(InterfaceModule module) =>
        _factories.TryGetValue(module.Subtype, out var factory)
            ? factory
            : throw new ConnectorException($"{module.Where}: module '{module.Key}' wants interface type '{module.Subtype}', which is not known here. Known: {string.Join(", ", Types)}. A plug-in can add it");
}

internal sealed class PooledConnector(string key, IConnector connector)
{
    public string Key { get; } = key;
    public IConnector Connector { get; } = connector;
    public int Users { get; set; }
}

/// <summary>The use of a connector by one module of one deployment. Disposing it twice does nothing more.</summary>
public sealed class ConnectorLease : IAsyncDisposable
{
    private readonly ConnectorPool _pool;
    private readonly PooledConnector _pooled;
    private int _released;

    internal ConnectorLease(ConnectorPool pool, PooledConnector pooled)
    {
        _pool = pool;
        _pooled = pooled;
    }

    public IConnector Connector => _pooled.Connector;

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _released, 1) == 0 ? _pool.Release(_pooled) : default;
}
