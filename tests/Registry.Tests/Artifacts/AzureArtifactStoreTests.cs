using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Artifacts;

/// <summary>Against azurite, through the connection string as MLflow takes it.</summary>
public class AzureArtifactStoreTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private static ArtifactStores Stores(AzureSettings settings) => new(new RegistrySettings { Azure = settings }, null, TimeProvider.System);

    private static string Uri(Azure.Storage.Blobs.BlobContainerClient container, string path) => $"wasbs://{container.Name}@devstoreaccount1.blob.core.windows.net/{path}";

    private static async Task<string> Read(IArtifactStore store, RemoteFile file, long offset = 0)
    {
        using var reader = new StreamReader(await store.Open(file, offset, None));
        return await reader.ReadToEndAsync(None);
    }

    [Fact]
    public async Task Lists_and_reads_with_ranges_and_odd_names()
    {
        var settings = TestServers.Azure();
        var container = await TestServers.Container(settings, ("1/m/MLmodel", "flavors"), ("1/m/data/a b+%20ü.bin", "0123456789"), ("1/m/data/__init__.py", ""), ("1/mm/other", "x"));
        using var stores = Stores(settings);
        var store = stores.Open(Uri(container, "1/m"));
        var files = (await store.List("", true, None).ToListAsync(None)).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        Assert.Equal([("MLmodel", 7L), ("data/__init__.py", 0L), ("data/a b+%20ü.bin", 10L)], files.Select(file => (file.Path, file.Size!.Value)));
        Assert.Equal("781e5e245d69b566979b86e28d23f2c7", files[2].Md5);   // printf 0123456789 | md5sum
        Assert.Equal(["MLmodel"], await store.List("", recurse: false, None).Select(file => file.Path).ToListAsync(None));
        Assert.Equal("0123456789", await Read(store, files[2]));
        Assert.Equal("6789", await Read(store, files[2], 6));
        Assert.Empty(await stores.Open(Uri(container, "nope")).List("", true, None).ToListAsync(None));
    }

    [Fact]
    public async Task A_blob_replaced_since_the_listing_is_not_read()
    {
        var settings = TestServers.Azure();
        var container = await TestServers.Container(settings, ("m/model.bin", "one"));
        using var stores = Stores(settings);
        var store = stores.Open(Uri(container, "m"));
        var file = Assert.Single(await store.List("", true, None).ToListAsync(None));
        await container.GetBlobClient("m/model.bin").UploadAsync(BinaryData.FromString("two"), overwrite: true, None);
        await Assert.ThrowsAsync<ArtifactChangedException>(() => store.Open(file, 0, None));
    }

    [Fact]
    public async Task Goes_through_the_cache_with_its_checksum()
    {
        var settings = TestServers.Azure();
        var container = await TestServers.Container(settings, ("m/MLmodel", "flavors"), ("m/pv_mappings.yaml", "x: 1"));
        using var folder = new TempFolder();
        using var stores = Stores(settings);
        using var cache = new ArtifactCache(new CacheOptions(Path.Combine(folder.Path, "cache")), TimeProvider.System);
        var version = new PinnedVersion("http://server", "m", "1", "r", "s", null, Uri(container, "m"));
        using var entry = await cache.Acquire(CacheKey.Of(version), token => new ModelPlanner(stores).Plan(version, token), None);
        Assert.Equal("flavors", Text.Read(entry.Folder, "MLmodel"));
        Assert.Equal("pv_mappings.yaml", entry.Manifest.Configuration);
    }

    [Fact]
    public async Task Missing_containers_and_wrong_keys_are_named_without_the_key()
    {
        var settings = TestServers.Azure();
        using var stores = Stores(settings);
        Assert.Contains("ContainerNotFound", (await Assert.ThrowsAsync<ArtifactNotFoundException>(async () => await stores.Open("wasbs://mm-none@devstoreaccount1.blob.core.windows.net/m").List("", true, None).ToListAsync(None))).Message);

        var key = Convert.ToBase64String(new byte[64]);
        var wrongKey = System.Text.RegularExpressions.Regex.Replace(settings.ConnectionString!.Reveal(), "AccountKey=[^;]*", "AccountKey=" + key);
        using var closed = Stores(new AzureSettings(new Secret(wrongKey), null));
        var wrong = await Assert.ThrowsAsync<RegistryAccessException>(async () => await closed.Open("wasbs://mm-none@devstoreaccount1.blob.core.windows.net/m").List("", true, None).ToListAsync(None));
        Assert.Contains("AZURE_STORAGE_CONNECTION_STRING", wrong.Message);
        Assert.DoesNotContain(key, wrong.ToString());
    }

    [Fact]
    public void A_connection_string_that_is_none_is_named_without_its_text()
    {
        using var stores = Stores(new AzureSettings(new Secret("not-a-connection-string"), null));
        var wrong = Assert.Throws<RegistrySettingsException>(() => stores.Open("wasbs://c@a.blob.core.windows.net/m"));
        Assert.StartsWith("AZURE_STORAGE_CONNECTION_STRING", wrong.Message);
        Assert.DoesNotContain("not-a-connection-string", wrong.ToString());
    }
}
