using System.Collections.Immutable;

namespace ModelManager.Registry;

/// <summary>A registered model on this machine's disk, ready to be loaded. Dispose it when the model is unloaded: until then the cache keeps it.</summary>
public sealed class RegistryModel : IDisposable
{
    private readonly CacheEntry _entry;

    internal RegistryModel(CacheEntry entry, PinnedVersion version, RegistryFacts facts, string? stale)
    {
        Version = version;
        _entry = entry;
        Tags = facts.Tags;
        VersionTags = facts.VersionTags;
        Aliases = facts.Aliases;
        Stale = stale ?? entry.Stale;
    }

    /// <summary>The files of the model and its extras, read only.</summary>
    public string Folder => _entry.Folder;

    /// <summary>Full path of the <c>pv_mapping(s).yaml</c> that came with the model, or null.</summary>
    public string? ConfigurationFile => _entry.Manifest.Configuration is { } path ? Path.Combine(Folder, path) : null;

    /// <summary>What was asked for; two versions of the same files share one entry.</summary>
    public PinnedVersion Version { get; }

    /// <summary>To be kept by the deployment.</summary>
    public ModelPin Pin => new(Version, _entry.Name, Digest);

    /// <summary>Tags of the registered model.</summary>
    public ImmutableDictionary<string, string> Tags { get; }

    /// <summary>Tags of the version.</summary>
    public ImmutableDictionary<string, string> VersionTags { get; }

    /// <summary>Alias -> version, of the registered model.</summary>
    public ImmutableDictionary<string, string> Aliases { get; }

    /// <summary>SHA-256 of everything but the configuration; the same digest is the same model.</summary>
    public string Digest => _entry.Manifest.Digest;

    /// <summary>Nothing was downloaded.</summary>
    public bool FromCache => _entry.FromCache;

    /// <summary>Why this may be behind the registry (an outage), or null. To be shown in the status.</summary>
    public string? Stale { get; }

    /// <summary>Places that could not be searched for extras, with the reason.</summary>
    public ImmutableArray<string> Notes => _entry.Manifest.Notes;

    public void Dispose() => _entry.Dispose();
}

/// <summary>What the registry said beside the identity.</summary>
public sealed record RegistryFacts(
    ImmutableDictionary<string, string> Tags, ImmutableDictionary<string, string> VersionTags, ImmutableDictionary<string, string> Aliases)
{
    public static readonly RegistryFacts None = new(ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);
}
