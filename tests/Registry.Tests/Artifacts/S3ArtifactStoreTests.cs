using System.Net;
using System.Net.Sockets;
using ModelManager.Registry.Tests.Support;

namespace ModelManager.Registry.Tests.Artifacts;

/// <summary>Against a real S3 server (moto or fauxqs), with the settings users have.</summary>
public class S3ArtifactStoreTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private static ArtifactStores Stores(S3Settings settings) => new(new RegistrySettings { S3 = settings }, null, TimeProvider.System);

    private static async Task<string> Read(IArtifactStore store, RemoteFile file, long offset = 0)
    {
        using var reader = new StreamReader(await store.Open(file, offset, None));
        return await reader.ReadToEndAsync(None);
    }

    [Fact]
    public async Task Lists_and_reads_with_ranges_and_odd_keys()
    {
        var settings = TestServers.S3();
        using var client = S3ArtifactStore.CreateClient(settings);
        var bucket = await TestServers.Bucket(client, ("1/m/MLmodel", "flavors"), ("1/m/data/a b+%20ü.bin", "0123456789"), ("1/m/data/__init__.py", ""), ("1/m/folder/", ""), ("1/mm/other", "x"));
        using var stores = Stores(settings);
        var store = stores.Open($"s3://{bucket}/1/m");
        var files = (await store.List("", true, None).ToListAsync(None)).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        Assert.Equal([("MLmodel", 7L), ("data/__init__.py", 0L), ("data/a b+%20ü.bin", 10L)], files.Select(file => (file.Path, file.Size!.Value)));
        Assert.Equal(["MLmodel"], await store.List("", recurse: false, None).Select(file => file.Path).ToListAsync(None));
        Assert.Equal("0123456789", await Read(store, files[2]));
        Assert.Equal("6789", await Read(store, files[2], 6));
        Assert.Equal("", await Read(store, files[1]));
        Assert.Empty(await stores.Open($"s3://{bucket}/nope").List("", true, None).ToListAsync(None));
    }

    [Fact]
    public async Task Lists_more_than_one_page()
    {
        var settings = TestServers.S3();
        using var client = S3ArtifactStore.CreateClient(settings);
        var bucket = await TestServers.Bucket(client);
        await Parallel.ForEachAsync(Enumerable.Range(0, 1005), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = None }, async (n, _) => await TestServers.Put(client, bucket, $"p/{n:0000}", [1]));
        using var stores = Stores(settings);
        Assert.Equal(1005, (await stores.Open($"s3://{bucket}/p").List("", true, None).ToListAsync(None)).Select(file => file.Path).Distinct().Count());
    }

    [Fact]
    public async Task An_object_replaced_since_the_listing_is_not_read()
    {
        var settings = TestServers.S3();
        using var client = S3ArtifactStore.CreateClient(settings);
        var bucket = await TestServers.Bucket(client, ("m/model.bin", "one"));
        using var stores = Stores(settings);
        var store = stores.Open($"s3://{bucket}/m");
        var file = Assert.Single(await store.List("", true, None).ToListAsync(None));
        await TestServers.Put(client, bucket, "m/model.bin", "two"u8.ToArray());
        await Assert.ThrowsAsync<ArtifactChangedException>(() => store.Open(file, 0, None));
    }

    [Fact]
    public async Task Missing_keys_and_buckets_are_named()
    {
        var settings = TestServers.S3();
        using var client = S3ArtifactStore.CreateClient(settings);
        var bucket = await TestServers.Bucket(client);
        using var stores = Stores(settings);
        Assert.Contains($"'x' from s3://{bucket}/m is not there", (await Assert.ThrowsAsync<ArtifactNotFoundException>(() => stores.Open($"s3://{bucket}/m").Open(new RemoteFile("x", 1), 0, None))).Message);
        Assert.Contains("has no bucket 'mm-no-such-bucket'", (await Assert.ThrowsAsync<ArtifactNotFoundException>(async () => await stores.Open("s3://mm-no-such-bucket/m").List("", true, None).ToListAsync(None))).Message);
    }

    [Fact]
    public async Task A_multipart_object_goes_through_the_cache()
    {
        var settings = TestServers.S3();
        using var client = S3ArtifactStore.CreateClient(settings);
        var bucket = await TestServers.Bucket(client);
        var bytes = new byte[6 << 20];
        new Random(1).NextBytes(bytes);
        var upload = await client.InitiateMultipartUploadAsync(bucket, "m/big.bin", None);
        var parts = new List<Amazon.S3.Model.PartETag>();
        foreach (var (number, range) in new[] { (1, ..(5 << 20)), (2, (5 << 20)..) })
            parts.Add(new(number, (await client.UploadPartAsync(new() { BucketName = bucket, Key = "m/big.bin", UploadId = upload.UploadId, PartNumber = number, InputStream = new MemoryStream(bytes[range]) }, None)).ETag));
        await client.CompleteMultipartUploadAsync(new() { BucketName = bucket, Key = "m/big.bin", UploadId = upload.UploadId, PartETags = parts }, None);

        using var folder = new TempFolder();
        using var stores = Stores(settings);
        using var cache = new ArtifactCache(new CacheOptions(Path.Combine(folder.Path, "cache")), TimeProvider.System);
        var version = new PinnedVersion("http://server", "m", "1", "r", "s", null, $"s3://{bucket}/m");
        using var entry = await cache.Acquire(CacheKey.Of(version), token => new ModelPlanner(stores).Plan(version, token), None);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(entry.Folder, "big.bin"), None));
        Assert.Contains("-2", Assert.Single(entry.Manifest.Files).ETag);
    }

    [Fact]
    public async Task An_endpoint_that_is_down_may_pass()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        listener.Stop();
        using var stores = Stores(S3Settings.Default with { Endpoint = endpoint, AccessKey = "k", SecretKey = new Secret("topsecret") });
        var wrong = await Assert.ThrowsAsync<RegistryUnavailableException>(async () => await stores.Open("s3://bucket/p").List("", true, None).ToListAsync(None));
        Assert.Contains($"S3 at {endpoint} did not answer", wrong.Message);
        Assert.DoesNotContain("topsecret", wrong.ToString());
    }

    [Fact]
    public void A_profile_that_does_not_exist_is_named()
    {
        using var folder = new TempFolder();
        using var stores = Stores(S3Settings.Default with { Profile = "ghost", CredentialsFile = folder.File("credentials", "[default]\naws_access_key_id=a\naws_secret_access_key=b\n") });
        Assert.Contains("AWS_PROFILE names 'ghost'", Assert.Throws<RegistryAccessException>(() => stores.Open("s3://bucket/p")).Message);
    }
}
