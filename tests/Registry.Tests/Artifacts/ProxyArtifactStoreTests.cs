using Microsoft.AspNetCore.Http;
using ModelManager.Registry.Tests.StandIn;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Artifacts;

public class ProxyArtifactStoreTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private static (ArtifactStores Stores, MlflowClient Client) Open(MlflowStandIn server, RegistrySettings? settings = null)
    {
        settings ??= new RegistrySettings { Retry = RetrySettings.None };
        var client = new MlflowClient(server.Address, settings, TimeProvider.System);
        return (new ArtifactStores(settings, client, TimeProvider.System), client);
    }

    private static async Task<MlflowStandIn> Server(StandInOptions? options = null)
    {
        var server = await MlflowStandIn.Start(options ?? new StandInOptions(MlflowGeneration.V36));
        foreach (var (path, bytes) in Text.Files(("1/m/MLmodel", "flavors"), ("1/m/data/a b+%20#ü.bin", "bytes"), ("1/m/empty", "")))
            server.State.Artifacts[path] = bytes;
        return server;
    }

    private static async Task<string> Read(IArtifactStore store, string path)
    {
        using var reader = new StreamReader(await store.Open(new RemoteFile(path, null), 0, None));
        return await reader.ReadToEndAsync(None);
    }

    [Theory, InlineData(MlflowGeneration.V217, ""), InlineData(MlflowGeneration.V36, "/prefix")]
    public async Task Lists_recursively_and_reads(MlflowGeneration generation, string prefix)
    {
        await using var server = await Server(new StandInOptions(generation) { PathPrefix = prefix });
        var (stores, client) = Open(server);
        using (stores)
        using (client)
        {
            var store = stores.Open("mlflow-artifacts:/1/m");
            var files = (await store.List("", true, None).ToListAsync(None)).OrderBy(f => f.Path, StringComparer.Ordinal);
            Assert.Equal([("MLmodel", 7L), ("data/a b+%20#ü.bin", 5L), ("empty", 0L)], files.Select(f => (f.Path, f.Size!.Value)));
            Assert.Equal("flavors", await Read(store, "MLmodel"));
            Assert.Empty(await stores.Open("mlflow-artifacts:/nope").List("", true, None).ToListAsync(None));
            // A file is no folder: the listing of one is empty, too.
            Assert.Empty(await stores.Open("mlflow-artifacts:/1/m/MLmodel").List("", true, None).ToListAsync(None));
        }
    }

    [Fact]
    public async Task A_500_that_means_missing_is_missing_and_not_repeated()
    {
        await using var server = await Server();
        var (stores, client) = Open(server, new RegistrySettings());
        using (stores)
        using (client)
        {
            var wrong = await Assert.ThrowsAsync<ArtifactNotFoundException>(() => Read(stores.Open("mlflow-artifacts:/1/m"), "nope.bin"));
            Assert.Contains("No such file or directory", wrong.Message);
            Assert.Single(server.Requests);
        }
    }

    [Fact]
    public async Task A_server_that_does_not_serve_artifacts_says_so()
    {
        await using var server = await Server(new StandInOptions(MlflowGeneration.V36) { ServeArtifacts = false });
        var (stores, client) = Open(server, new RegistrySettings());
        using (stores)
        using (client)
        {
            var wrong = await Assert.ThrowsAsync<RegistryRequestException>(async () => await stores.Open("mlflow-artifacts:/1/m").List("", true, None).ToListAsync(None));
            Assert.Contains("--no-serve-artifacts", wrong.Message);
            Assert.Single(server.Requests);
        }
    }

    [Fact]
    public async Task A_login_page_is_no_model()
    {
        await using var server = await Server();
        server.Intercept = async context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync("<html>Sign in</html>");
            return true;
        };
        var (stores, client) = Open(server);
        using (stores)
        using (client)
            Assert.Contains("came as a web page, perhaps a login page", (await Assert.ThrowsAsync<ArtifactCorruptException>(() => Read(stores.Open("mlflow-artifacts:/1/m"), "MLmodel"))).Message);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../../b")]
    [InlineData("%2e%2e")]
    public async Task A_listing_that_leads_out_is_refused(string name)
    {
        await using var server = await Server();
        server.Intercept = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($"{{\"files\": [{{\"path\": \"{name}\", \"is_dir\": true}}]}}");
            return true;
        };
        var (stores, client) = Open(server);
        using (stores)
        using (client)
            await Assert.ThrowsAsync<ArtifactRefusedException>(async () => await stores.Open("mlflow-artifacts:/1/m").List("", true, None).ToListAsync(None));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Folders_without_end_are_refused()
    {
        await using var server = await Server();
        server.Intercept = async context =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"files\": [{\"path\": \"d\", \"is_dir\": true}]}");
            return true;
        };
        var (stores, client) = Open(server);
        using (stores)
        using (client)
            Assert.Contains("nested deeper", (await Assert.ThrowsAsync<ArtifactRefusedException>(async () => await stores.Open("mlflow-artifacts:/1/m").List("", true, None).ToListAsync(None))).Message);
    }

    [Fact]
    public async Task Http_artifacts_need_an_allowed_host_and_get_no_credentials_of_others()
    {
        await using var tracking = await Server();
        await using var other = await Server();
        var uri = $"{other.Address}api/2.0/mlflow-artifacts/artifacts/1/m";
        var settings = new RegistrySettings { Retry = RetrySettings.None, Credentials = new("bob", new Secret("pw"), null) };
        var (closed, client) = Open(tracking, settings);
        using (closed)
        using (client)
        {
            Assert.Contains("MODEL_MANAGER_ARTIFACT_HOSTS", Assert.Throws<ArtifactRefusedException>(() => closed.Open(uri)).Message);
            // The tracking server's own address is always allowed, with credentials.
            Assert.Equal("flavors", await Read(closed.Open($"{tracking.Address}api/2.0/mlflow-artifacts/artifacts/1/m"), "MLmodel"));
            Assert.All(tracking.Authorizations, header => Assert.StartsWith("Basic ", header));
        }
        var (open, again) = Open(tracking, settings with { ArtifactHosts = [other.Address.Authority] });
        using (open)
        using (again)
        {
            Assert.Equal("flavors", await Read(open.Open(uri), "MLmodel"));
            Assert.Equal("flavors", await Read(open.Open($"mlflow-artifacts://{other.Address.Authority}/1/m"), "MLmodel"));
            Assert.All(other.Authorizations, header => Assert.Equal("", header));
            Assert.Throws<UnsupportedArtifactSchemeException>(() => open.Open($"{other.Address}some/page"));
        }
    }
}
