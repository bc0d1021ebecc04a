using ModelManager.Grains.Catalog;
using ModelManager.Grains.Storage;
using Orleans.Storage;

namespace ModelManager.Grains.Tests.Storage;

public sealed class SqliteGrainStorageTests : IDisposable
{
    private static readonly GrainId Id = GrainId.Create("catalog", "cluster");
    private readonly string _folder = Directory.CreateTempSubdirectory("mm-store-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_written_is_read_by_the_next_process()
    {
        using (var store = Open())
            await Storage(store).WriteStateAsync("catalog", Id, State("a"));

        using var reopened = Open();
        var read = new GrainState<CatalogState>();
        await Storage(reopened).ReadStateAsync("catalog", Id, read);

        Assert.True(read.RecordExists);
        Assert.Equal("1", read.ETag);
        var entry = Assert.Single(read.State!.Entries).Value;
        Assert.Equal(("a", DesiredRun.Paused, true, 3), (entry.Deployment, entry.Desired, entry.Publish, entry.Generation));
        Assert.Equal(["X", "Y"], entry.Claims);
    }

    [Fact]
    public async Task A_state_that_was_never_written_reads_as_new()
    {
        using var store = Open();
        var read = new GrainState<CatalogState>();

        await Storage(store).ReadStateAsync("catalog", Id, read);

        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
        Assert.Empty(read.State!.Entries);
    }

    [Fact]
    public async Task The_second_of_two_first_writers_is_refused()
    {
        using var store = Open();
        await Storage(store).WriteStateAsync("catalog", Id, State("a"));

        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage(store).WriteStateAsync("catalog", Id, State("b")));
    }

    [Fact]
    public async Task A_writer_with_an_old_etag_is_refused_and_changes_nothing()
    {
        using var store = Open();
        var storage = Storage(store);
        var first = State("a");
        await storage.WriteStateAsync("catalog", Id, first);
        var stale = State("stale");
        stale.ETag = first.ETag;
        await storage.WriteStateAsync("catalog", Id, first);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("catalog", Id, stale));

        var read = new GrainState<CatalogState>();
        await storage.ReadStateAsync("catalog", Id, read);
        Assert.Equal(["a"], read.State!.Entries.Keys);
        Assert.Equal("2", read.ETag);
    }

    [Fact]
    public async Task After_a_clear_an_old_writer_is_still_refused()
    {
        using var store = Open();
        var storage = Storage(store);
        var state = State("a");
        await storage.WriteStateAsync("catalog", Id, state);
        var stale = State("stale");
        stale.ETag = state.ETag;

        await storage.ClearStateAsync("catalog", Id, state);

        Assert.False(state.RecordExists);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("catalog", Id, stale));
        await storage.WriteStateAsync("catalog", Id, state);
        Assert.True(state.RecordExists);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_with_its_name()
    {
        var path = Path.Combine(_folder, "model_manager.db");
        File.WriteAllText(path, "this is not a database, and it is long enough to have a header of its own");

        var error = Assert.Throws<InvalidOperationException>(() => new SqliteStore(path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains("--data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_is_damaged_asks_for_its_backup()
    {
        var path = Path.Combine(_folder, "model_manager.db");
        File.WriteAllBytes(path, [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))]);

        Assert.Contains("put a backup in its place", Assert.Throws<InvalidOperationException>(() => new SqliteStore(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_that_the_store_refuses_names_the_store_and_the_cause()
    {
        using var store = Open();
        store.Use(command =>
        {
            command.CommandText = "PRAGMA query_only=ON";
            return command.ExecuteNonQuery();
        });

        var error = await Assert.ThrowsAsync<DeploymentException>(() => Storage(store).WriteStateAsync("catalog", GrainId.Create("catalog", "a"), State("d/a")));

        Assert.Equal(DeploymentFault.StoreUnavailable, error.Fault);
        Assert.Contains("model_manager.db cannot be used: SQLite Error 8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named() =>
        Assert.Contains("/proc/nowhere", Assert.Throws<InvalidOperationException>(() => new SqliteStore("/proc/nowhere/model_manager.db")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_store_belongs_to_one_silo_at_a_time()
    {
        using (Open())
        {
            var error = Assert.Throws<InvalidOperationException>(Open);
            Assert.Contains("in use by another silo", error.Message, StringComparison.Ordinal);
            Assert.Contains("--data", error.Message, StringComparison.Ordinal);
        }

        using var next = Open();
        next.Probe();
    }

    private SqliteStore Open() => new(Path.Combine(_folder, "model_manager.db"));

    private static SqliteGrainStorage Storage(SqliteStore store) => new(store, new StateSerializer([]));

    private static GrainState<CatalogState> State(string deployment)
    {
        var state = new GrainState<CatalogState>(new CatalogState());
        state.State!.Entries[deployment] = new CatalogEntry(deployment, DesiredRun.Paused, true, 3, ["gpu=true"], [], ["X", "Y"]);
        return state;
    }
}
