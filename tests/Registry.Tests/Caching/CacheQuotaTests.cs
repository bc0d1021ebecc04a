using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Caching;

/// <summary>Quota, free space, eviction, and the disk that is full after all.</summary>
public sealed class CacheQuotaTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private readonly TempFolder _folder = new();
    private readonly ImpatientTime _time = new();
    private readonly List<ArtifactCache> _caches = [];

    public void Dispose()
    {
        foreach (var cache in _caches)
            cache.Dispose();
        _folder.Dispose();
    }

    private ArtifactCache Cache(long maxBytes, long free = long.MaxValue / 4, Func<CacheOptions, CacheOptions>? change = null)
    {
        var options = new CacheOptions(Path.Combine(_folder.Path, "cache")) { MaxBytes = maxBytes, MinFreeBytes = 100, FreeBytes = _ => free };
        var cache = new ArtifactCache(change?.Invoke(options) ?? options, _time);
        _caches.Add(cache);
        return cache;
    }

    private static Task<CacheEntry> Acquire(ArtifactCache cache, string run, int bytes)
    {
        var store = new MemoryStore();
        store.Put("model.bin", new string('x', bytes), etag: "\"the same every time\"");
        var version = new PinnedVersion("http://server", "model-" + run, "1", run, "s", null, "memory:/root");
        return cache.Acquire(CacheKey.Of(version), token => store.Plan(version, token), None);
    }

    private static string[] Names(ArtifactCache cache) => [.. cache.List().Select(entry => entry.Manifest!.Version.RunId).Order()];

    [Fact]
    public async Task The_longest_unused_makes_room()
    {
        var cache = Cache(maxBytes: 1000);
        (await Acquire(cache, "a", 400)).Dispose();
        _time.Advance(TimeSpan.FromMinutes(1));
        (await Acquire(cache, "b", 400)).Dispose();
        _time.Advance(TimeSpan.FromMinutes(1));
        (await Acquire(cache, "a", 400)).Dispose();   // used again: b is the older one now
        _time.Advance(TimeSpan.FromMinutes(1));
        (await Acquire(cache, "c", 400)).Dispose();
        Assert.Equal(["a", "c"], Names(cache));
    }

    [Fact]
    public async Task What_is_in_use_stays_and_the_newcomer_is_refused()
    {
        var cache = Cache(maxBytes: 1000);
        using var used = await Acquire(cache, "a", 700);
        var wrong = await Assert.ThrowsAsync<CacheFullException>(() => Acquire(cache, "b", 400));
        Assert.Contains("model model-b version 1 (400 bytes) does not fit", wrong.Message);
        Assert.Contains("700 of 1000 bytes are held by models in use", wrong.Message);
        Assert.Equal(700, Text.Read(used.Folder, "model.bin").Length);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "cache", ".tmp")));
    }

    [Fact]
    public async Task What_another_process_uses_stays_too()
    {
        var (one, other) = (Cache(1000), Cache(1000));
        using var used = await Acquire(one, "a", 700);
        await Assert.ThrowsAsync<CacheFullException>(() => Acquire(other, "b", 400));
        Assert.True(Directory.Exists(used.Folder));
    }

    [Fact]
    public async Task The_floor_of_free_space_holds()
    {
        var wrong = await Assert.ThrowsAsync<CacheFullException>(() => Acquire(Cache(maxBytes: 1000, free: 450), "a", 400));
        Assert.Contains("450 free on the disk, of which 100 must stay", wrong.Message);
        using var fits = await Acquire(Cache(maxBytes: 1000, free: 500), "a", 400);
    }

    [Fact]
    public async Task A_disk_that_is_full_gives_one_clear_error_and_leaves_nothing()
    {
        // /dev/full answers every write as a full disk does (ENOSPC), from the kernel.
        var cache = Cache(1_000_000, change: options => options with { CreateFile = _ => new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0) });
        var wrong = await Assert.ThrowsAsync<CacheFullException>(() => Acquire(cache, "a", 400));
        Assert.Contains("the disk of the artifact cache is full: 'model.bin' could not be stored", wrong.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder.Path, "cache", ".tmp")));
        Assert.Empty(cache.List());
    }

    [Fact]
    public async Task Too_many_files_and_too_large_models_are_refused()
    {
        var many = MemoryStore.With([.. Enumerable.Range(0, 11).Select(n => ($"f{n}", "x"))]);
        var version = new PinnedVersion("http://server", "m", "1", "r", "s", null, "memory:/root");
        var cache = Cache(10_000, change: options => options with { MaxFiles = 10, MaxModelBytes = 500 });
        Assert.Contains("11 files are more than the 10", (await Assert.ThrowsAsync<ArtifactRefusedException>(() => cache.Acquire(CacheKey.Of(version), token => many.Plan(version, token), None))).Message);
        Assert.Contains("600 bytes are more than the 500", (await Assert.ThrowsAsync<ArtifactRefusedException>(() => Acquire(cache, "a", 600))).Message);
        Assert.Empty(many.Opened);
    }

    [Theory]
    [InlineData("Model.bin", "model.bin")]
    [InlineData("data", "data/model.bin")]
    [InlineData("Data/a", "data/b")]
    public async Task Names_that_clash_are_refused(string first, string second)
    {
        var store = MemoryStore.With((first, "x"), (second, "y"));
        var version = new PinnedVersion("http://server", "m", "1", "r", "s", null, "memory:/root");
        await Assert.ThrowsAsync<ArtifactRefusedException>(() => Cache(1000).Acquire(CacheKey.Of(version), token => store.Plan(version, token), None));
        Assert.Empty(store.Opened);
    }

    [Fact]
    public async Task An_empty_model_is_refused()
    {
        var store = new MemoryStore();
        var version = new PinnedVersion("http://server", "m", "3", "r", "s", null, "s3://bucket/x?sig=secret");
        var wrong = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => Cache(1000).Acquire(CacheKey.Of(version), token => store.Plan(version, token), None));
        Assert.Contains("model m version 3 has no files at s3://bucket/x:", wrong.Message);
    }
}
