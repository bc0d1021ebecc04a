using Microsoft.Extensions.Logging;
using ModelManager.Registry;

namespace ModelManager.Grains.Deployments;

/// <summary>The model registry of this process and its artifact cache, opened when first needed: who uses local models only has neither.</summary>
public sealed class SiloRegistry(SiloRegistryOptions options, TimeProvider time, ILoggerFactory logs) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Lazy<ArtifactCache> _cache = new(() => new ArtifactCache(options.Cache, time, logs.CreateLogger<ArtifactCache>()));
    private RegistryConnection? _connection;
    private RegistryModelSource? _source;

    public ArtifactCache Cache => _cache.Value;

    /// <summary>The registry the settings name. A failure is not kept: the next call tries again.</summary>
    /// <exception cref="RegistryException">A setting is wrong, or no registry is there.</exception>
    public async Task<RegistryModelSource> Open(CancellationToken cancellation)
    {
        if (_source is { } open)
            return open;
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_source is not null)
                return _source;
            _connection = await RegistryConnection.Open(options.Settings(), time, cancellation);
            return _source = new RegistryModelSource(_connection, Cache, time);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        if (_cache.IsValueCreated)
            _cache.Value.Dispose();
    }
}

/// <param name="Settings">Read when the registry is first needed, so that a wrong setting hurts only those who use one.</param>
/// <param name="Cache">Where fetched models are kept.</param>
public sealed record SiloRegistryOptions(Func<RegistrySettings> Settings, CacheOptions Cache);

/// <param name="Every">How often a deployment that names an alias or <c>latest</c> asks what it stands for.</param>
public sealed record ModelChecks(TimeSpan Every)
{
    public static ModelChecks Default { get; } = new(TimeSpan.FromSeconds(10));
}
