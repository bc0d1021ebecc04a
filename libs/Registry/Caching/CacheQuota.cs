using System.Globalization;

namespace ModelManager.Registry;

/// <summary>Room for a model before it is fetched: byte cap, free space, and eviction of what was used longest ago.</summary>
internal sealed class CacheQuota(CacheFolders folders, CacheOptions options, CacheMetrics metrics, TimeProvider time)
{
    private const string ReservedName = "reserved";

    /// <summary>Bytes of all complete entries.</summary>
    public long UsedBytes() => Entries().Sum(entry => entry.Bytes);

    /// <summary>Writes the reservation of a download into its temporary folder, evicting unused entries as far as needed.</summary>
    /// <exception cref="CacheFullException">It does not fit beside what is in use.</exception>
    public async Task Reserve(string temporary, DownloadPlan plan, CancellationToken cancellation)
    {
        using var quota = await FileLock.Exclusive(folders.QuotaLock, time, cancellation);
        var wanted = plan.Bytes;
        var reserved = Directory.EnumerateDirectories(folders.Temporary).Sum(Reserved);
        var entries = Entries().OrderBy(entry => entry.LastUse).ToList();
        var used = entries.Sum(entry => entry.Bytes);

        bool Fits() => used + reserved + wanted <= options.MaxBytes && options.FreeBytes(folders.Root) - reserved - wanted >= options.MinFreeBytes;
        foreach (var entry in entries)
        {
            if (Fits())
                break;
            if (Evict(entry.Name))
                used -= entry.Bytes;
        }
        if (!Fits())
            throw new CacheFullException(
                $"model {plan.Version.Name} version {plan.Version.Version} ({wanted} bytes) does not fit into the artifact cache {folders.Root}: {used} of {options.MaxBytes} bytes are held by models in use, "
                + $"{reserved} reserved by other downloads, {options.FreeBytes(folders.Root)} free on the disk, of which {options.MinFreeBytes} must stay. Stop a deployment, raise the quota or free disk space; what is loaded stays loaded");
        await File.WriteAllTextAsync(Path.Combine(temporary, ReservedName), wanted.ToString(CultureInfo.InvariantCulture), cancellation);
    }

    public static void Settle(string temporary) => File.Delete(Path.Combine(temporary, ReservedName));

    /// <summary>Deletes an entry nobody uses; false while someone does.</summary>
    public bool Evict(string name)
    {
        using var use = FileLock.TryExclusive(folders.UseLock(name));
        if (use is null)
            return false;
        if (Directory.Exists(folders.Entry(name)))
        {
            folders.Delete(folders.Entry(name));
            metrics.Evictions.Add(1);
        }
        return true;
    }

    public IEnumerable<(string Name, long Bytes, DateTimeOffset LastUse)> Entries() =>
        Directory.EnumerateDirectories(folders.Entries).Select(folder => Path.GetFileName(folder))
            .Select(name => (name, CacheManifest.Read(folders.Manifest(name))?.Bytes ?? 0, LastUse(name)));

    public void Touch(string name) => File.SetLastWriteTimeUtc(folders.UseLock(name), time.GetUtcNow().UtcDateTime);

    public DateTimeOffset LastUse(string name) => new(File.GetLastWriteTimeUtc(folders.UseLock(name)), TimeSpan.Zero);

    private static long Reserved(string temporary)
    {
        try
        {
            return long.TryParse(File.ReadAllText(Path.Combine(temporary, ReservedName)), out var bytes) ? bytes : 0;
        }
        catch (IOException)
        {
            return 0;   // finished or gone between listing and reading
        }
    }
}
