using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ModelManager.Registry;

/// <summary>Models on this machine's disk: complete or absent, verified, bounded, shared by all silos of the machine.</summary>
/// <remarks>An entry appears by rename, so it exists exactly if it is complete. Its manifest holds the SHA-256 of every file; an entry that differs is set aside and never served.</remarks>
public sealed partial class ArtifactCache : IDisposable
{
    private readonly CacheFolders _folders;
    private readonly CacheOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CacheMetrics _metrics;
    private readonly CacheQuota _quota;
    private readonly FileDownload _download;
    private readonly SingleFlight<(string Name, bool FromCache, string? Stale)> _flights = new();
    private readonly ConcurrentDictionary<string, byte> _verified = new();
    private readonly ConcurrentDictionary<string, Failure> _failures = new();

    public ArtifactCache(CacheOptions options, TimeProvider time, ILogger<ArtifactCache>? log = null)
    {
        _options = options;
        _time = time;
        _log = log ?? NullLogger<ArtifactCache>.Instance;
        _folders = new CacheFolders(options.Folder);
        _quota = new CacheQuota(_folders, options, _metrics = new CacheMetrics(() => _quota!.UsedBytes(), () => options.FreeBytes(_folders.Root)), time);
        _download = new FileDownload(options, time);
        Index = new ResolvedIndex(_folders.Resolved);
        Sweep();
    }

    internal System.Diagnostics.Metrics.Meter Meter => _metrics.Meter;

    /// <summary>What requests resolved to last, beside the entries.</summary>
    internal ResolvedIndex Index { get; }

    /// <summary>
    /// The model of a plan, from the disk or fetched. Many callers of one key share one download; the one that gives up does not stop the others.
    /// </summary>
    /// <param name="plan">Lists the remote files; asked again once when a file changes while it is read.</param>
    /// <remarks>When the store cannot be reached, the newest entry of this key is served and says that it may be stale.</remarks>
    public async Task<CacheEntry> Acquire(CacheKey key, Func<CancellationToken, Task<DownloadPlan>> plan, CancellationToken cancellation)
    {
        while (true)
        {
            var (name, fromCache, stale) = await _flights.Run(key.Value, token => Provide(key, plan, token), cancellation);
            if (await Pin(name, fromCache, stale, cancellation) is { } entry)
                return entry;
            // Evicted between the flight and the pin: once more.
        }
    }

    /// <summary>An entry by name, verified, or null: not here, or set aside just now.</summary>
    public async Task<CacheEntry?> TryOpen(string name, CancellationToken cancellation) =>
        ArtifactPath.Problem(name) is null && await IsSound(name, cancellation) ? await Pin(name, fromCache: true, null, cancellation) : null;

    private async Task<(string, bool, string?)> Provide(CacheKey key, Func<CancellationToken, Task<DownloadPlan>> makePlan, CancellationToken cancellation)
    {
        DownloadPlan plan;
        try
        {
            plan = await makePlan(cancellation);
        }
        catch (RegistryUnavailableException outage)
        {
            if (await Newest(key, cancellation) is not { } last)
                throw;
            Log.ServingStale(_log, last, outage.Message);
            _metrics.Stale.Add(1);
            return (last, true, outage.Message);
        }
        plan.Check(_options);
        var name = key.EntryName(plan.ListingDigest);
        if (await IsSound(name, cancellation))
        {
            _metrics.Hits.Add(1);
            return (name, true, null);
        }

        // Only what would load the store is held back after a failure; what is on the disk was given above.
        if (_failures.TryGetValue(name, out var failed) && _time.GetUtcNow() < failed.Until)
            failed.Cause.Throw();
        try
        {
            var result = await FetchOnce(key, plan, makePlan, cancellation);
            _failures.TryRemove(name, out _);
            return result;
        }
        catch (RegistryException cause)
        {
            var pause = failed is null ? _options.FirstPause : TimeSpan.FromTicks(Math.Min(2 * failed.Pause.Ticks, _options.MaxPause.Ticks));
            _failures[name] = new(ExceptionDispatchInfo.Capture(cause), pause, _time.GetUtcNow() + pause);
            throw;
        }
    }

    /// <summary>Downloads under the lock of the key; a set that changes while it is read is begun again once.</summary>
    private async Task<(string, bool, string?)> FetchOnce(CacheKey key, DownloadPlan plan, Func<CancellationToken, Task<DownloadPlan>> makePlan, CancellationToken cancellation)
    {
        using var only = await FileLock.Exclusive(_folders.DownloadLock(key.Value), _time, cancellation);
        for (var again = false; ; again = true)
        {
            var name = key.EntryName(plan.ListingDigest);
            if (await IsSound(name, cancellation))
                return (name, true, null);        // another process was faster
            try
            {
                await Fetch(key, name, plan, cancellation);
                return (name, false, null);
            }
            catch (ArtifactChangedException change) when (!again)
            {
                Log.ChangedUnderUs(_log, plan.Version.ToString(), change.Message);
                plan = await makePlan(cancellation);
                plan.Check(_options);
            }
        }
    }

    private async Task Fetch(CacheKey key, string name, DownloadPlan plan, CancellationToken cancellation)
    {
        _metrics.Misses.Add(1);
        _metrics.InFlight.Add(1);
        var started = _time.GetTimestamp();
        var temporary = Path.Combine(_folders.Temporary, $"{key.Value}.{Guid.NewGuid():N}");
        CacheFolders.Make(temporary);
        try
        {
            await _quota.Reserve(temporary, plan, cancellation);
            var files = new ConcurrentBag<ManifestFile>();
            var root = Path.Combine(temporary, "files");
            CacheFolders.Make(root);
            await Parallel.ForEachAsync(plan.Files, new ParallelOptions { MaxDegreeOfParallelism = _options.Parallel, CancellationToken = cancellation }, async (file, token) =>
            {
                var target = Path.Combine(root, file.Target);
                CacheFolders.Make(Path.GetDirectoryName(target)!);
                files.Add(await _download.Fetch(file, target, token));
            });
            var manifest = new CacheManifest(CacheManifest.CurrentSchema, key.Value, plan.Version, plan.Configuration, CacheManifest.DigestOf(files), plan.ListingDigest,
                _time.GetUtcNow(), [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)])
            { Notes = plan.Notes };
            if (await EntryCheck.Problem(root, manifest, hashes: false, cancellation) is { } disturbed)
                throw new ArtifactCorruptException($"the download of {plan.Version} was disturbed by somebody else: {disturbed}");
            Commit(temporary, name, manifest);
            _verified[name] = 0;
            _metrics.Bytes.Add(manifest.Bytes);
            _metrics.Duration.Record(_time.GetElapsedTime(started).TotalSeconds);
            Log.Fetched(_log, plan.Version.ToString(), manifest.Files.Length, manifest.Bytes);
        }
        catch (Exception)
        {
            if (Directory.Exists(temporary))
                _folders.Delete(temporary);
            throw;
        }
        finally
        {
            _metrics.InFlight.Add(-1);
        }
    }

    /// <summary>Synced files, synced manifest, read only, then one rename: the entry is there entirely or not at all.</summary>
    private void Commit(string temporary, string name, CacheManifest manifest)
    {
        using (var file = new FileStream(Path.Combine(temporary, "manifest.json"), FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(manifest.ToJson());
            file.Flush(flushToDisk: true);
        }
        CacheQuota.Settle(temporary);
        foreach (var folder in Directory.EnumerateDirectories(temporary, "*", SearchOption.AllDirectories))
            DiskSync.Folder(folder);
        DiskSync.Folder(temporary);
        CacheFolders.Protect(temporary);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(temporary, "files"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.Move(temporary, _folders.Entry(name));
        CacheFolders.ProtectTop(_folders.Entry(name));
        DiskSync.Folder(_folders.Entries);
    }

    /// <summary>Null when the entry is gone. A lister or an evictor holds the lock for a moment only, so it is waited for.</summary>
    private async Task<CacheEntry?> Pin(string name, bool fromCache, string? stale, CancellationToken cancellation)
    {
        FileStream? pin;
        while ((pin = FileLock.TryShared(_folders.UseLock(name))) is null)
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellation);
        if (CacheManifest.Read(_folders.Manifest(name)) is not { } manifest)
        {
            pin.Dispose();
            return null;
        }
        _quota.Touch(name);
        return new CacheEntry(name, _folders.Files(name), manifest, pin, fromCache, stale);
    }

    /// <summary>Sizes always, bytes once per process. What fails is set aside and logged.</summary>
    private async Task<bool> IsSound(string name, CancellationToken cancellation)
    {
        if (!Directory.Exists(_folders.Entry(name)))
            return false;
        var manifest = CacheManifest.Read(_folders.Manifest(name));
        var problem = manifest is null ? "its manifest is missing or unreadable" : await EntryCheck.Problem(_folders.Files(name), manifest, hashes: !_verified.ContainsKey(name), cancellation);
        if (problem is null)
        {
            _verified[name] = 0;
            return true;
        }
        SetAside(name, problem);
        return false;
    }

    private void SetAside(string name, string problem)
    {
        _verified.TryRemove(name, out _);
        _metrics.Poisoned.Add(1);
        Log.Poisoned(_log, name, problem);
        var entry = _folders.Entry(name);
        if (!Directory.Exists(entry))
            return;
        CacheFolders.Release(entry);
        Directory.Move(entry, Path.Combine(_folders.Bad, $"{name}.{Guid.NewGuid():N}"));
    }

    /// <summary>The entry of this key fetched last that is sound, or null.</summary>
    private async Task<string?> Newest(CacheKey key, CancellationToken cancellation)
    {
        var names = Directory.EnumerateDirectories(_folders.Entries, key.Value + "-*").Select(folder => Path.GetFileName(folder)!)
            .OrderByDescending(name => CacheManifest.Read(_folders.Manifest(name))?.Fetched ?? DateTimeOffset.MinValue).ToImmutableArray();
        foreach (var name in names)
            if (await IsSound(name, cancellation))
                return name;
        return null;
    }

    /// <summary>Removes what a crash left: temporary folders whose download lock is free, and what was doomed.</summary>
    private void Sweep()
    {
        foreach (var folder in Directory.EnumerateDirectories(_folders.Temporary))
        {
            using var owner = FileLock.TryExclusive(_folders.DownloadLock(Path.GetFileName(folder).Split('.')[0]));
            if (owner is not null)
                _folders.Delete(folder);
        }
        foreach (var folder in Directory.EnumerateDirectories(_folders.Doomed))
        {
            CacheFolders.Release(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    public void Dispose() => _metrics.Dispose();

    private sealed record Failure(ExceptionDispatchInfo Cause, TimeSpan Pause, DateTimeOffset Until);

    private static partial class Log
    {
        [LoggerMessage(6101, LogLevel.Information, "Fetched {Version}: {Files} files, {Bytes} bytes")]
        public static partial void Fetched(ILogger log, string version, int files, long bytes);

        [LoggerMessage(6102, LogLevel.Warning, "Cache entry {Entry} is set aside: {Problem}")]
        public static partial void Poisoned(ILogger log, string entry, string problem);

        [LoggerMessage(6103, LogLevel.Warning, "Serving cache entry {Entry} although its store cannot be asked: {Outage}")]
        public static partial void ServingStale(ILogger log, string entry, string outage);

        [LoggerMessage(6104, LogLevel.Warning, "{Version} changed while it was read, beginning again: {Change}")]
        public static partial void ChangedUnderUs(ILogger log, string version, string change);
    }
}
