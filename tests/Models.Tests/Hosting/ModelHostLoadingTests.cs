using Microsoft.Extensions.Time.Testing;
using ModelManager.Models.Lume;

namespace ModelManager.Models.Tests.Hosting;

public class ModelHostLoadingTests
{
    private readonly List<StubModel> _models = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_model_in_memory_for_one_digest(bool knowsDigest)
    {
        var loader = Loader(knowsDigest: knowsDigest);
        await using var host = Host(loader);
        var leases = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => host.Acquire(new("digest", "m"), $"owner {i}", default)));
        Assert.Equal(1, host.LoadedModels);
        Assert.Equal(knowsDigest ? 1 : 5, loader.Loads);
        Assert.All(leases, lease => Assert.Same(leases[0].Model, lease.Model));

        var another = await host.Acquire(new("other", "m"), "owner 0", default);
        Assert.NotSame(leases[0].Model, another.Model);
        foreach (var lease in leases[1..])
            lease.Dispose();
        Assert.False(((StubModel)leases[0].Model).IsDisposed);
        leases[0].Dispose();
        Assert.True(((StubModel)leases[0].Model).IsDisposed);
        Assert.Equal(1, host.LoadedModels);
        Assert.Equal(knowsDigest ? 0 : 4, _models.Count(m => m.IsDisposed) - 1);

        Assert.False(((StubModel)(await host.Acquire(new("digest", "m"), "again", default)).Model).IsDisposed);
    }

    [Fact]
    public async Task Memory_is_given_back_once_when_no_model_was_disposed_for_a_while()
    {
        var (time, given) = (new FakeTimeProvider(), 0);
        await using var host = new ModelHost(new ModelHostOptions { Threads = 1, GiveBackAfter = TimeSpan.FromSeconds(10), GiveBack = () => given++ }, [], time);
        void Swap() => host.Adopt(new StubModel(x => x), "a").Dispose();
        var shared = new StubModel(x => x);
        var kept = host.Adopt(shared, "b");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, given);

        Swap();
        time.Advance(TimeSpan.FromSeconds(9));
        Swap();
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, given);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, given);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, given);
        kept.Dispose();
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, given);
    }

    [Fact]
    public async Task A_swapped_model_is_garbage()
    {
        await using var host = Host(Loader());
        var old = await Lease();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
        Assert.False(old.IsAlive);

        async Task<WeakReference> Lease()
        {
            using var lease = await host.Acquire(new("digest", "m"), "a", default);
            _models.Clear();
            return new(lease.Model);
        }
    }

    [Fact]
    public async Task A_model_that_keeps_state_is_loaded_once_per_owner()
    {
        await using var host = Host(Loader(stateless: false));
        var first = await host.Acquire(new("digest", "m"), "a", default);
        var second = await host.Acquire(new("digest", "m"), "b", default);
        var same = await host.Acquire(new("digest", "m"), "a", default);
        Assert.NotSame(first.Model, second.Model);
        Assert.Same(first.Model, same.Model);
        Assert.Equal(("a", "b"), (first.Owner, second.Owner));
    }

    [Fact]
    public async Task The_first_loader_that_can_wins()
    {
        await using var host = Host(Refusing("one"), Loader("two"), Loader("three"));
        Assert.Equal("two!", (await host.Acquire(new("digest", "m"), "a", default)).Info.Digest[..4]);
    }

    [Fact]
    public async Task When_none_can_each_says_why()
    {
        await using var host = Host(Loader("one"), Refusing("two"), Loader("three"));
        var error = await Assert.ThrowsAsync<ModelException>(() => host.Acquire(new("broken", "m"), "a", default));
        Assert.Equal(["model 'm' cannot be loaded by any runtime.", "- one: cut short", "- two: never", "- three: cut short"], error.Message.Split(Environment.NewLine));
        await using var alone = Host(Loader("one"));
        Assert.Equal("model 'm' cannot be loaded. one: it is not mine", (await Assert.ThrowsAsync<ModelException>(() => alone.Acquire(new("refused", "m"), "a", default))).Message);
        await using var none = Host();
        Assert.Contains("no model runtime is installed", (await Assert.ThrowsAsync<ModelException>(() => none.Acquire(new("x", "m"), "a", default))).Message);
    }

    [Fact]
    public async Task Loading_does_not_hold_up_the_caller_and_can_be_given_up()
    {
        var door = new Door();
        using var cancel = new CancellationTokenSource();
        var loader = new StubLoader("slow", (source, _) =>
        {
            door.Pass(0);
            return Stub(source.Path, true);
        });
        await using var host = Host(loader);
        var acquiring = host.Acquire(new("digest", "m"), "a", cancel.Token);
        door.AwaitEntry();
        cancel.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => acquiring);
        door.Open(2);
        var lease = await host.Acquire(new("digest", "m"), "a", default);
        Assert.Equal(1, host.LoadedModels);
        Assert.False(((StubModel)lease.Model).IsDisposed);
    }

    [Fact]
    public async Task Two_copies_of_a_lume_model_are_one_in_memory()
    {
        using var copy = new TemporaryFolder();
        copy.CopyFrom(Path.Combine(Case.Folder, "affine"));
        await using var host = Host(new LumeModelLoader());
        var first = await host.Acquire(new(Path.Combine(Case.Folder, "affine"), "m"), "a", default);
        var second = await host.Acquire(new(copy.Path, "m"), "b", default);
        Assert.Same(first.Model, second.Model);
        var error = await Assert.ThrowsAsync<ModelException>(() => host.Acquire(new(Case.RefusedFolder, "bad"), "a", default));
        Assert.StartsWith("model 'bad' cannot be loaded. lume-native: ", error.Message);
    }

    private static ModelHost Host(params IModelLoader[] loaders) => new(new ModelHostOptions { Threads = 1 }, loaders, new FakeTimeProvider());

    private StubLoader Loader(string runtime = "stub", bool stateless = true, bool knowsDigest = true) =>
        new(runtime, (source, _) => Stub(runtime == "stub" ? source.Path : runtime + "!" + source.Path, stateless)) { KnowsDigest = knowsDigest };

    private static RefusingLoader Refusing(string runtime) => new(runtime);

    private StubModel Stub(string digest, bool stateless)
    {
        var model = new StubModel(x => x, digest, stateless);
        lock (_models)
            _models.Add(model);
        return model;
    }

    private sealed class RefusingLoader(string runtime) : IModelLoader
    {
        public string Runtime => runtime;
        public string? Refuses(ModelSource source) => "never";
        public IModel Load(ModelSource source, CancellationToken cancellation) => throw new InvalidOperationException("was asked to load what it refuses");
    }
}
