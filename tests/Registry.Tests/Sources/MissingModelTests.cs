using ModelManager.Registry.Tests.StandIn;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Sources;

/// <summary>A name, version or alias that is not there: the message says what is.</summary>
public sealed class MissingModelTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(MlflowGeneration.V217), InlineData(MlflowGeneration.V36)]
    public async Task The_message_names_what_there_is(MlflowGeneration generation)
    {
        await using var server = await MlflowStandIn.Start(new StandInOptions(generation));
        async Task<string> Message(string name, string version)
        {
            var settings = new RegistrySettings { Retry = RetrySettings.None };
            using var client = new MlflowClient(server.Address, settings, TimeProvider.System);
            using var stores = new ArtifactStores(settings, client, TimeProvider.System);
            using var cache = new ArtifactCache(new CacheOptions(_folder.Path), TimeProvider.System);
            return (await Assert.ThrowsAsync<RegistryNotFoundException>(() => new RegistryModelSource(client, stores, cache, TimeProvider.System).Acquire(name, VersionSelector.Parse(version), None))).Message;
        }

        Assert.Equal($"there is no registered model 'injector' in {server.Address}: it has none at all", await Message("injector", "1"));
        for (var i = 0; i < 12; i++)
            server.State.Register($"m{i:00}", Text.Files(("MLmodel", "x")), Text.Files());
        server.State.Register("m00", Text.Files(("MLmodel", "x")), Text.Files());
        server.State.Models["m00"].Aliases["champion"] = "2";
        server.State.Models["m00"].Aliases["gone"] = "9";

        Assert.Equal($"there is no registered model 'injector' in {server.Address}: it has m00, m01, m02, m03, m04, m05, m06, m07, m08, m09 and 2 more", await Message("injector", "champion"));
        Assert.Equal($"model 'm00' has no version 7 in {server.Address}: its newest is 2, its aliases are champion (2), gone (9)", await Message("m00", "7"));
        Assert.Equal($"model 'm00' has no alias 'Production' in {server.Address}: its aliases are champion (2), gone (9), its newest is 2. A stage is written models:/m00/Production", await Message("m00", "Production"));
        Assert.Equal($"the alias 'gone' of model 'm00' points to version 9, which {server.Address} does not have any more: its newest is 2", await Message("m00", "gone"));
    }

    [Fact]
    public async Task A_folder_with_the_database_of_newer_clients_says_who_can_read_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "mlruns"));
        File.WriteAllText(Path.Combine(_folder.Path, "mlflow.db"), "SQLite format 3");
        var local = new RegistrySettings { WorkingFolder = _folder.Path };
        using var connection = await RegistryConnection.Open(local, TimeProvider.System, None, new Uri("http://127.0.0.1:1"));
        using var cache = new ArtifactCache(new CacheOptions(Path.Combine(_folder.Path, "cache")), TimeProvider.System);

        var absent = await Assert.ThrowsAsync<RegistryNotFoundException>(() => new RegistryModelSource(connection, cache, TimeProvider.System).Acquire("simple", VersionSelector.Parse("1"), None));
        Directory.Delete(Path.Combine(_folder.Path, "mlruns"));
        var nothing = await Assert.ThrowsAsync<RegistryUnavailableException>(() => RegistryConnection.Open(local, TimeProvider.System, None, new Uri("http://127.0.0.1:1")));

        Assert.EndsWith("mlflow.db here, which only MLflow reads: start `mlflow ui` in that folder", absent.Message, StringComparison.Ordinal);
        Assert.EndsWith("mlflow.db here, which only MLflow reads: start `mlflow ui` in that folder", nothing.Message, StringComparison.Ordinal);
    }
}
