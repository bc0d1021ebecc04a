using System.Collections.Immutable;

namespace ModelManager.Registry;

/// <summary>What <c>model_manager cache list|verify|prune</c> does.</summary>
public sealed partial class ArtifactCache
{
    /// <summary>All entries, the last used first.</summary>
    public ImmutableArray<CacheListing> List() =>
    [
        .. _quota.Entries().OrderByDescending(entry => entry.LastUse).Select(entry =>
        {
            using var free = FileLock.TryExclusive(_folders.UseLock(entry.Name));
            return new CacheListing(entry.Name, CacheManifest.Read(_folders.Manifest(entry.Name)), entry.LastUse, InUse: free is null);
        }),
    ];

    /// <summary>Hashes every file of every entry again; what differs is set aside.</summary>
    public async Task<ImmutableArray<CacheFinding>> Verify(CancellationToken cancellation)
    {
        var findings = ImmutableArray.CreateBuilder<CacheFinding>();
        foreach (var name in Directory.EnumerateDirectories(_folders.Entries).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal).ToList())
        {
            var manifest = CacheManifest.Read(_folders.Manifest(name));
            var problem = manifest is null ? "its manifest is missing or unreadable" : await EntryCheck.Problem(_folders.Files(name), manifest, hashes: true, cancellation);
            if (problem is not null)
                SetAside(name, problem);
            findings.Add(new(name, manifest?.Version, problem));
        }
        return findings.ToImmutable();
    }

    /// <summary>Deletes entries nobody uses, longest unused first, until at most <paramref name="keepBytes"/> remain; also what was set aside.</summary>
    /// <param name="keepBytes">0 = everything that is not in use.</param>
    /// <param name="unusedFor">Only entries not used for this long.</param>
    public CachePruning Prune(long keepBytes, TimeSpan unusedFor)
    {
        var before = _time.GetUtcNow() - unusedFor;
        var entries = _quota.Entries().OrderBy(entry => entry.LastUse).ToList();
        var left = entries.Sum(entry => entry.Bytes);
        long freed = 0;
        var deleted = ImmutableArray.CreateBuilder<string>();
        foreach (var entry in entries.Where(entry => entry.LastUse <= before))
        {
            if (left <= keepBytes)
                break;
            if (!_quota.Evict(entry.Name))
                continue;
            left -= entry.Bytes;
            freed += entry.Bytes;
            deleted.Add(entry.Name);
        }
        foreach (var bad in Directory.EnumerateDirectories(_folders.Bad).ToList())
            _folders.Delete(bad);
        return new(deleted.ToImmutable(), freed, left);
    }
}

/// <param name="Manifest">Null for an entry that is not complete.</param>
public sealed record CacheListing(string Name, CacheManifest? Manifest, DateTimeOffset LastUse, bool InUse);

/// <param name="Problem">Null = sound.</param>
public sealed record CacheFinding(string Name, PinnedVersion? Version, string? Problem);

public sealed record CachePruning(ImmutableArray<string> Deleted, long FreedBytes, long LeftBytes);
