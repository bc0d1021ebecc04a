namespace ModelManager.Registry;

/// <summary>A model in the cache, in use: as long as this is not disposed, the entry is not evicted - by no process.</summary>
public sealed class CacheEntry : IDisposable
{
    private readonly FileStream _pin;

    internal CacheEntry(string name, string folder, CacheManifest manifest, FileStream pin, bool fromCache, string? stale)
    {
        Name = name;
        Folder = folder;
        Manifest = manifest;
        FromCache = fromCache;
        Stale = stale;
        _pin = pin;
    }

    /// <summary>Name of the entry; <see cref="ArtifactCache.TryOpen"/> finds it again without any server.</summary>
    public string Name { get; }

    /// <summary>The folder with the files, read only.</summary>
    public string Folder { get; }

    public CacheManifest Manifest { get; }

    /// <summary>Nothing was downloaded for this call.</summary>
    public bool FromCache { get; }

    /// <summary>Why the entry may be behind the registry (an outage), or null.</summary>
    public string? Stale { get; }

    public void Dispose() => _pin.Dispose();
}
