using System.Diagnostics;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Caching;

public sealed class ArtifactCacheTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly PinnedVersion Version = new("http://server", "m", "1", "run1", "s", null, "memory:/root");
    private static readonly CacheKey Key = CacheKey.Of(Version);

    private readonly TempFolder _folder = new();
    private readonly ImpatientTime _time = new();
    private readonly List<ArtifactCache> _caches = [];

    public void Dispose()
    {
        foreach (var cache in _caches)
            cache.Dispose();
        _folder.Dispose();
    }

    private string Root => Path.Combine(_folder.Path, "cache");

    private ArtifactCache Cache(Func<CacheOptions, CacheOptions>? change = null, TimeProvider? time = null)
    {
        var options = new CacheOptions(Root) { FreeBytes = _ => long.MaxValue / 4 };
        var cache = new ArtifactCache(change?.Invoke(options) ?? options, time ?? _time);
        _caches.Add(cache);
        return cache;
    }

    private static Task<CacheEntry> Acquire(ArtifactCache cache, MemoryStore store, PinnedVersion? version = null) =>
        cache.Acquire(CacheKey.Of(version ?? Version), token => store.Plan(version ?? Version, token), None);

    [Fact]
    public async Task Fetches_once_then_serves_from_the_disk()
    {
        var store = MemoryStore.With(("MLmodel", "flavors"), ("data/__init__.py", ""), ("data/model.bin", new string('x', 300_000)));
        var cache = Cache();
        using var first = await Acquire(cache, store);
        Assert.False(first.FromCache);
        Assert.Equal("flavors", Text.Read(first.Folder, "MLmodel"));
        Assert.Equal(0, new FileInfo(Path.Combine(first.Folder, "data/__init__.py")).Length);
        using var second = await Acquire(cache, store);
        Assert.True(second.FromCache);
        Assert.Equal(3, store.Opened.Count);
        Assert.Equal(first.Folder, second.Folder);
    }

    [Fact]
    public async Task Survives_a_restart_without_a_download()
    {
        var store = MemoryStore.With(("MLmodel", "flavors"));
        (await Acquire(Cache(), store)).Dispose();
        using var again = await Acquire(Cache(), store);
        Assert.True(again.FromCache);
        Assert.Single(store.Opened);
        Assert.Equal(Version, again.Manifest.Version);
    }

    /// <summary>The digest is what the shell says: an oracle that shares no code with ours.</summary>
    [Fact]
    public async Task The_digest_is_what_sha256sum_gives()
    {
        var store = MemoryStore.With(("MLmodel", "flavors"), ("a/b.txt", "bytes"), ("Z.txt", ""), ("pv_mappings.yaml", "not in the digest"));
        using var entry = await Acquire(Cache(), store);
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c",
            "find . -type f ! -name pv_mapping.yaml ! -name pv_mappings.yaml -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum"])
        { WorkingDirectory = entry.Folder, RedirectStandardOutput = true })!;
        var said = await shell.StandardOutput.ReadToEndAsync(None);
        Assert.Equal(said.Split(' ')[0], entry.Manifest.Digest);
    }

    [Fact]
    public async Task Files_are_read_only_and_the_folder_is_the_owners()
    {
        using var entry = await Acquire(Cache(), MemoryStore.With(("data/x", "y")));
        Assert.Equal("-r--r--r--", Mode(Path.Combine(entry.Folder, "data/x")));
        Assert.Equal("-r-x------", Mode(Path.Combine(entry.Folder, "data")));
        Assert.Equal("-rwx------", Mode(Root));
        static string Mode(string path)
        {
            var mode = (int)File.GetUnixFileMode(path);
            return "-" + string.Concat(Enumerable.Range(0, 9).Select(bit => (mode & (256 >> bit)) != 0 ? "rwxrwxrwx"[bit] : '-'));
        }
    }

    [Fact]
    public async Task A_hundred_callers_share_one_download()
    {
        var store = MemoryStore.With(("model.bin", new string('x', 1_000_000)));
        var gate = new TaskCompletionSource();
        store.OnOpen = (_, _) => gate.Task;
        var cache = Cache();
        var callers = Enumerable.Range(0, 100).Select(_ => Acquire(cache, store)).ToList();
        gate.SetResult();
        var entries = await Task.WhenAll(callers);
        Assert.Single(store.Opened);
        Assert.Single(entries.Select(entry => entry.Folder).Distinct());
        Array.ForEach(entries, entry => entry.Dispose());
    }

    [Fact]
    public async Task Two_processes_make_one_download()
    {
        // Two caches on one folder lock each other out through the file system only, as two processes do.
        var store = MemoryStore.With(("model.bin", "bytes"));
        var (one, other) = (Cache(time: TimeProvider.System), Cache(time: TimeProvider.System));
        var entered = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        store.OnOpen = (_, _) =>
        {
            entered.TrySetResult();
            return gate.Task;
        };
        var first = Acquire(one, store);
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(60), None);
        var second = Acquire(other, store);
        gate.SetResult();
        using var a = await first;
        using var b = await second;
        Assert.Single(store.Opened);
        Assert.Equal(a.Folder, b.Folder);
    }

    [Fact]
    public async Task The_lock_of_another_process_is_respected_until_it_is_killed()
    {
        var store = MemoryStore.With(("model.bin", "bytes"));
        var cache = Cache(time: TimeProvider.System);
        using var other = Process.Start(new ProcessStartInfo("flock", ["-o", "-x", Path.Combine(Root, ".locks", Key.Value + ".lock"), "-c", "echo held; read line"])
        { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync(None));
        using var give = new CancellationTokenSource();
        var blocked = cache.Acquire(Key, async token =>
        {
            var plan = await store.Plan(Version, token);
            give.Cancel();                       // by now the next step is the lock
            return plan;
        }, give.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
        Assert.Empty(store.Opened);
        other.Kill(entireProcessTree: true);     // SIGKILL: the kernel frees the lock
        await other.WaitForExitAsync(None);
        using var entry = await Acquire(cache, store);
        Assert.Single(store.Opened);
    }

    [Fact]
    public async Task Giving_up_alone_does_not_stop_the_others_and_the_last_one_stops_the_work()
    {
        var store = MemoryStore.With(("model.bin", "bytes"));
        var gate = new TaskCompletionSource();
        store.OnOpen = (_, _) => gate.Task;
        var cache = Cache();
        using var impatient = new CancellationTokenSource();
        var stopped = new TaskCompletionSource();
        async Task<DownloadPlan> Plan(CancellationToken token)
        {
            token.Register(stopped.SetResult);
            return await store.Plan(Version, token);
        }
        var leaves = cache.Acquire(Key, Plan, impatient.Token);
        using var patient = new CancellationTokenSource();
        var stays = cache.Acquire(Key, Plan, patient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        Assert.False(stopped.Task.IsCompleted);
        await patient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stays);
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(60), None);
        gate.SetResult();
        using var entry = await Acquire(cache, store);
        Assert.Equal("bytes", Text.Read(entry.Folder, "model.bin"));
    }

    [Fact]
    public async Task A_replaced_remote_file_makes_a_new_entry_beside_the_old()
    {
        var store = MemoryStore.With(("model.bin", "one"));
        var cache = Cache();
        using var old = await Acquire(cache, store);
        store.Put("model.bin", "two");           // same size, other ETag
        using var renewed = await Acquire(cache, store);
        Assert.Equal(("one", "two"), (Text.Read(old.Folder, "model.bin"), Text.Read(renewed.Folder, "model.bin")));
        Assert.NotEqual(old.Manifest.Digest, renewed.Manifest.Digest);
    }

    [Fact]
    public async Task A_set_that_changes_while_it_is_read_is_begun_again_once()
    {
        var store = MemoryStore.With(("a.bin", "old"), ("b.bin", "old"));
        var changed = false;
        store.OnOpen = (path, _) =>
        {
            if (!changed && path == "b.bin")
            {
                changed = true;
                store.Put("b.bin", "newer");
            }
            return Task.CompletedTask;
        };
        using var entry = await Acquire(Cache(options => options with { Parallel = 1 }), store);
        Assert.Equal("newer", Text.Read(entry.Folder, "b.bin"));

        store.OnOpen = (path, _) =>
        {
            store.Put(path, Guid.NewGuid().ToString());
            return Task.CompletedTask;
        };
        store.Put("a.bin", "again");
        await Assert.ThrowsAsync<ArtifactChangedException>(() => Acquire(Cache(), store));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Root, ".tmp")));
    }

    [Fact]
    public async Task A_torn_connection_is_resumed_where_it_broke()
    {
        var text = string.Concat(Enumerable.Range(0, 100_000).Select(n => $"{n},"));
        var store = MemoryStore.With(("model.bin", text));
        var times = 2;
        store.Wrap = (_, stream) => --times >= 0 ? new TornStream(stream, 200_000, () => new IOException("connection reset")) : stream;
        using var entry = await Acquire(Cache(), store);
        Assert.Equal(text, Text.Read(entry.Folder, "model.bin"));
        Assert.Equal([0L, 200_000, 400_000], store.Opened.Select(open => open.Offset));
    }

    [Fact]
    public async Task Where_ranges_are_ignored_a_torn_file_begins_anew()
    {
        var store = new MemoryStore(canResume: false);
        store.Put("model.bin", new string('x', 300_000) + "end");
        var times = 1;
        store.Wrap = (_, stream) => --times >= 0 ? new TornStream(stream, 200_000, () => new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely")) : stream;
        using var entry = await Acquire(Cache(), store);
        Assert.Equal(300_003, Text.Read(entry.Folder, "model.bin").Length);
        Assert.Equal([0L, 0], store.Opened.Select(open => open.Offset));
    }

    private static async Task Run(Microsoft.Extensions.Time.Testing.FakeTimeProvider clock, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_connection_that_stays_silent_is_broken_off_and_resumed()
    {
        var store = MemoryStore.With(("model.bin", "bytes"));
        var times = 1;
        // Time stands still until the connection is silent; then it runs, through the idle time and the pauses before another try.
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var done = new CancellationTokenSource();
        store.Wrap = (_, stream) => --times >= 0 ? new TornStream(stream, 2, null, () => _ = Task.Run(() => Run(clock, done.Token))) : stream;
        using var entry = await Acquire(Cache(options => options with { IdleTimeout = TimeSpan.FromSeconds(15) }, clock), store);
        await done.CancelAsync();
        Assert.Equal("bytes", Text.Read(entry.Folder, "model.bin"));
        Assert.Equal([0L, 2], store.Opened.Select(open => open.Offset));
    }

    [Fact]
    public async Task Tries_are_bounded()
    {
        var store = MemoryStore.With(("model.bin", "bytes"));
        store.Wrap = (_, stream) => new TornStream(stream, 2, () => new IOException("reset"));
        var wrong = await Assert.ThrowsAsync<RegistryUnavailableException>(() => Acquire(Cache(options => options with { Tries = 2 }), store));
        Assert.Contains("broke off after 4 bytes: reset", wrong.Message);
        Assert.Equal(2, store.Opened.Count);
    }

    [Theory]
    [InlineData(9L, "ends after 5 of 9 bytes")]
    [InlineData(3L, "longer than the 3 bytes listed")]
    public async Task Another_length_than_listed_is_refused(long listed, string message)
    {
        var store = MemoryStore.With(("model.bin", "bytes"));
        store.ListedSizes["model.bin"] = listed;
        var wrong = await Assert.ThrowsAnyAsync<RegistryException>(() => Acquire(Cache(), store));
        Assert.Contains(message, wrong.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Root, "entries")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Root, ".tmp")));
    }

    [Theory]
    [InlineData("4b3a6218bb3e3a7303e8a171a60fcf92", true)]    // printf bytes | md5sum
    [InlineData("00000000000000000000000000000000", false)]
    public async Task The_checksum_of_the_store_is_checked(string md5, bool good)
    {
        var store = MemoryStore.With(("model.bin", "bytes"));
        store.Md5["model.bin"] = md5;
        if (good)
            (await Acquire(Cache(), store)).Dispose();
        else
            Assert.Contains("does not have the checksum (MD5)", (await Assert.ThrowsAsync<ArtifactCorruptException>(() => Acquire(Cache(), store))).Message);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../evil")]
    [InlineData("%2e%2e/evil")]
    [InlineData("a%2f..%2f..")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("C:/x")]
    [InlineData("a//b")]
    [InlineData("./a")]
    public async Task Paths_that_lead_out_are_refused_before_anything_is_written(string path)
    {
        var store = MemoryStore.With(("fine", "x"), (path, "evil"));
        await Assert.ThrowsAsync<ArtifactRefusedException>(() => Acquire(Cache(), store));
        Assert.Empty(store.Opened);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Root, "entries")));
    }

    [Fact]
    public async Task A_store_that_failed_is_left_alone_for_a_while()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var store = MemoryStore.With(("model.bin", "bytes"));
        store.OnOpen = (_, _) => throw new RegistryAccessException("forbidden");
        var cache = Cache(time: time);
        foreach (var pause in (int[])[10, 20, 40, 80, 160, 300, 300])
        {
            var before = store.Opened.Count;
            await Assert.ThrowsAsync<RegistryAccessException>(() => Acquire(cache, store));
            Assert.Equal(before + 1, store.Opened.Count);
            time.Advance(TimeSpan.FromSeconds(pause - 1));
            await Assert.ThrowsAsync<RegistryAccessException>(() => Acquire(cache, store));
            Assert.Equal(before + 1, store.Opened.Count);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        store.OnOpen = null;
        using var entry = await Acquire(cache, store);
        Assert.Equal("bytes", Text.Read(entry.Folder, "model.bin"));
    }

    [Fact]
    public async Task What_is_cached_is_served_while_its_store_is_down()
    {
        var store = MemoryStore.With(("model.bin", "bytes"));
        (await Acquire(Cache(), store)).Dispose();
        store.OnList = () => throw new RegistryUnavailableException("S3 is down");
        using var entry = await Acquire(Cache(), store);
        Assert.Equal("S3 is down", entry.Stale);
        Assert.Equal("bytes", Text.Read(entry.Folder, "model.bin"));
        var other = Version with { RunId = "run2" };
        await Assert.ThrowsAsync<RegistryUnavailableException>(() => Acquire(Cache(), store, other));
    }
}
