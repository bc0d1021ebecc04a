using System.Diagnostics.Metrics;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Caching;

/// <summary>Damage, left-overs of a crash, and <c>cache list|verify|prune</c>.</summary>
public sealed class CacheMaintenanceTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly PinnedVersion Version = new("http://server", "m", "1", "run1", "s", null, "memory:/root");

    private readonly TempFolder _folder = new();
    private readonly ImpatientTime _time = new();
    private readonly MemoryStore _store = MemoryStore.With(("MLmodel", "flavors"), ("model.bin", "bytes"));
    private readonly List<ArtifactCache> _caches = [];

    public void Dispose()
    {
        foreach (var cache in _caches)
            cache.Dispose();
        _folder.Dispose();
    }

    private string Root => Path.Combine(_folder.Path, "cache");

    private ArtifactCache Cache()
    {
        var cache = new ArtifactCache(new CacheOptions(Root) { FreeBytes = _ => long.MaxValue / 4 }, _time);
        _caches.Add(cache);
        return cache;
    }

    private Task<CacheEntry> Acquire(ArtifactCache cache, string run = "run1")
    {
        var version = Version with { RunId = run };
        return cache.Acquire(CacheKey.Of(version), token => _store.Plan(version, token), None);
    }

    private static void Damage(CacheEntry entry, string file, string text)
    {
        var path = Path.Combine(entry.Folder, file);
        File.SetUnixFileMode(entry.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (File.Exists(path))
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, text);
    }

    [Theory]
    [InlineData("model.bin", "byteX")]       // same length: only the hash tells
    [InlineData("model.bin", "longer than before")]
    [InlineData("extra.py", "not in the manifest")]
    public async Task A_poisoned_entry_is_set_aside_and_fetched_again(string file, string text)
    {
        using (var entry = await Acquire(Cache()))
            Damage(entry, file, text);
        using var again = await Acquire(Cache());    // a new process checks the bytes on first use
        Assert.False(again.FromCache);
        Assert.Equal("bytes", Text.Read(again.Folder, "model.bin"));
        Assert.Single(Directory.EnumerateDirectories(Path.Combine(Root, ".bad")));
    }

    [Fact]
    public async Task A_poisoned_entry_is_not_served_in_an_outage_either()
    {
        using (var entry = await Acquire(Cache()))
            Damage(entry, "model.bin", "byteX");
        _store.OnList = () => throw new RegistryUnavailableException("down");
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => Acquire(Cache()));
    }

    [Fact]
    public async Task A_symlink_in_an_entry_is_poison()
    {
        using (var entry = await Acquire(Cache()))
        {
            Damage(entry, "model.bin", "bytes");
            File.Delete(Path.Combine(entry.Folder, "model.bin"));
            File.CreateSymbolicLink(Path.Combine(entry.Folder, "model.bin"), _folder.File("elsewhere", "bytes"));
        }
        using var again = await Acquire(Cache());
        Assert.Null(new FileInfo(Path.Combine(again.Folder, "model.bin")).LinkTarget);
    }

    [Fact]
    public async Task What_a_killed_download_left_is_removed_and_never_served()
    {
        Cache();
        var left = Path.Combine(Root, ".tmp", $"{CacheKey.Of(Version).Value}.0123456789abcdef0123456789abcdef");
        Directory.CreateDirectory(Path.Combine(left, "files"));
        File.WriteAllText(Path.Combine(left, "files", "model.bin"), "hal");
        Directory.CreateDirectory(Path.Combine(Root, ".del", "x"));

        var cache = Cache();
        Assert.False(Directory.Exists(left));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(Root, ".del")));
        Assert.Empty(cache.List());
        using var entry = await Acquire(cache);
        Assert.Equal("bytes", Text.Read(entry.Folder, "model.bin"));
    }

    [Fact]
    public async Task A_running_download_of_another_process_is_left_alone()
    {
        var bothOpen = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var open = 0;
        _store.OnOpen = (_, _) =>
        {
            if (Interlocked.Increment(ref open) == 2)
                bothOpen.SetResult();
            return gate.Task;
        };
        var running = Acquire(Cache());
        await bothOpen.Task.WaitAsync(TimeSpan.FromSeconds(60), None);
        string[] Files() => [.. Directory.GetFiles(Path.Combine(Root, ".tmp"), "*", SearchOption.AllDirectories).Order()];
        var before = Files();
        Assert.Equal(3, before.Length);          // two files and the reservation
        Cache();
        Assert.Equal(before, Files());
        gate.SetResult();
        (await running).Dispose();
    }

    [Fact]
    public async Task A_download_that_somebody_disturbed_is_not_committed()
    {
        _store.OnOpen = (path, _) =>
        {
            if (path == "model.bin")
                File.Delete(Directory.GetFiles(Path.Combine(Root, ".tmp"), "MLmodel", SearchOption.AllDirectories).Single());
            return Task.CompletedTask;
        };
        using var cache = new ArtifactCache(new CacheOptions(Root) { FreeBytes = _ => long.MaxValue / 4, Parallel = 1 }, _time);
        Assert.Contains("'MLmodel' is missing", (await Assert.ThrowsAsync<ArtifactCorruptException>(() => Acquire(cache))).Message);
        Assert.Empty(cache.List());
    }

    [Fact]
    public async Task An_entry_without_a_manifest_is_no_entry()
    {
        var cache = Cache();
        using (var entry = await Acquire(cache))
        {
            var folder = Path.GetDirectoryName(entry.Folder)!;
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.Delete(Path.Combine(folder, "manifest.json"));
        }
        using var again = await Acquire(Cache());
        Assert.False(again.FromCache);
    }

    [Fact]
    public async Task List_tells_what_is_there_and_in_use()
    {
        var cache = Cache();
        using var used = await Acquire(cache);
        (await Acquire(cache, "run2")).Dispose();
        var list = cache.List().ToDictionary(entry => entry.Manifest!.Version.RunId);
        Assert.True(list["run1"].InUse);
        Assert.False(list["run2"].InUse);
        Assert.Equal(12, list["run2"].Manifest!.Bytes);
        Assert.Equal(_time.GetUtcNow(), list["run2"].LastUse);
    }

    [Fact]
    public async Task Verify_finds_what_changed()
    {
        var cache = Cache();
        (await Acquire(cache, "run2")).Dispose();
        using (var entry = await Acquire(cache))
            Damage(entry, "model.bin", "byteX");
        var findings = (await cache.Verify(None)).ToDictionary(finding => finding.Version!.RunId);
        Assert.Equal("'model.bin' has other bytes than were downloaded", findings["run1"].Problem);
        Assert.Null(findings["run2"].Problem);
        Assert.Equal("run2", Assert.Single(cache.List()).Manifest!.Version.RunId);
    }

    [Fact]
    public async Task Prune_keeps_what_is_used_and_what_is_young()
    {
        var cache = Cache();
        (await Acquire(cache, "old")).Dispose();
        using var used = await Acquire(cache, "used");
        _time.Advance(TimeSpan.FromDays(2));
        (await Acquire(cache, "young")).Dispose();
        var pruned = cache.Prune(0, TimeSpan.FromDays(1));
        Assert.Equal((1, 12L, 24L), (pruned.Deleted.Length, pruned.FreedBytes, pruned.LeftBytes));
        Assert.Equal(["used", "young"], cache.List().Select(entry => entry.Manifest!.Version.RunId).Order());
        Assert.Empty(cache.Prune(24, TimeSpan.Zero).Deleted);
        Assert.Single(cache.Prune(0, TimeSpan.Zero).Deleted);
    }

    [Fact]
    public async Task Metrics_count_hits_misses_and_bytes()
    {
        var cache = Cache();
        var counts = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == cache.Meter)
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => counts[instrument.Name] = counts.GetValueOrDefault(instrument.Name) + value);
        listener.Start();
        (await Acquire(cache)).Dispose();
        (await Acquire(cache)).Dispose();
        cache.Prune(0, TimeSpan.Zero);
        listener.RecordObservableInstruments();
        Assert.Equal((1, 1, 12, 1, 0), (counts["artifact_cache.misses"], counts["artifact_cache.hits"], counts["artifact_cache.downloaded"], counts["artifact_cache.evictions"], counts["artifact_cache.in_flight"]));
        Assert.Equal(0, counts["artifact_cache.used"]);
    }
}
