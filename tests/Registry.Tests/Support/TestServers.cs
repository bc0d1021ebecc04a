using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Azure.Storage.Blobs;

namespace ModelManager.Registry.Tests.Support;

/// <summary>The object stores that <c>servers/start.sh</c> starts; tests that need one skip where it is not started.</summary>
internal static class TestServers
{
    /// <summary>Known to <c>.ci/allowed-skips.txt</c>; under CI both servers run.</summary>
    public const string S3Absent = "no S3 server for tests: MODEL_MANAGER_TEST_S3 is not set (tests/Registry.Tests/servers/start.sh)";

    public const string AzureAbsent = "no Azure Blob server for tests: MODEL_MANAGER_TEST_AZURE is not set (tests/Registry.Tests/servers/start.sh)";

    public static S3Settings S3()
    {
        var endpoint = Environment.GetEnvironmentVariable("MODEL_MANAGER_TEST_S3");
        Assert.SkipWhen(string.IsNullOrEmpty(endpoint), S3Absent);
        return S3Settings.Default with { Endpoint = new Uri(endpoint!), Region = "us-east-1", AccessKey = "test", SecretKey = new Secret("test-secret") };
    }

    public static AzureSettings Azure()
    {
        var connection = Environment.GetEnvironmentVariable("MODEL_MANAGER_TEST_AZURE");
        Assert.SkipWhen(string.IsNullOrEmpty(connection), AzureAbsent);
        return new AzureSettings(new Secret(connection!), null);
    }

    /// <summary>A new bucket with these objects.</summary>
    public static async Task<string> Bucket(IAmazonS3 client, params (string Key, string Text)[] objects)
    {
        var bucket = "mm-" + Guid.NewGuid().ToString("N");
        await client.PutBucketAsync(bucket);
        foreach (var (key, text) in objects)
            await Put(client, bucket, key, Encoding.UTF8.GetBytes(text));
        return bucket;
    }

    public static Task Put(IAmazonS3 client, string bucket, string key, byte[] bytes) =>
        client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = new MemoryStream(bytes) });

    /// <summary>A new container with these blobs.</summary>
    public static async Task<BlobContainerClient> Container(AzureSettings settings, params (string Name, string Text)[] blobs)
    {
        var container = AzureArtifactStore.CreateContainer(settings, new ModelUri.Azure("mm-" + Guid.NewGuid().ToString("N"), "devstoreaccount1.blob.core.windows.net", ""));
        await container.CreateAsync();
        foreach (var (name, text) in blobs)
            await container.GetBlobClient(name).UploadAsync(BinaryData.FromString(text));
        return container;
    }
}
