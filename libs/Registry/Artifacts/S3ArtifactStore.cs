using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;
using Amazon.S3.Model;

namespace ModelManager.Registry;

/// <summary>A prefix of an S3 bucket: Amazon's or any store that speaks its API.</summary>
internal sealed class S3ArtifactStore(IAmazonS3 client, string bucket, string prefix, S3Settings settings) : IArtifactStore
{
    public string Root => $"s3://{bucket}/{prefix}";

    public bool CanResume => true;

    /// <summary>A client as MLflow's variables describe it; only reading is done with it.</summary>
    public static AmazonS3Client CreateClient(S3Settings settings)
    {
        var config = new AmazonS3Config
        {
            AuthenticationRegion = settings.Region ?? "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_SUPPORTED,
            MaxErrorRetry = 3,
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (settings.Endpoint is { } endpoint)
            config.ServiceURL = endpoint.AbsoluteUri;
        else
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(settings.Region ?? "us-east-1");
        // Virtual-host style would need a DNS name per bucket at a private endpoint.
        config.ForcePathStyle = settings.Addressing == S3Addressing.Path || (settings.Addressing == S3Addressing.Auto && settings.Endpoint is not null);
        if (settings.IgnoreTls)
            config.HttpClientFactory = new TrustingFactory();
        return Keys(settings) is { } keys ? new AmazonS3Client(keys, config) : new AmazonS3Client(config);
    }

    public async IAsyncEnumerable<RemoteFile> List(string folder, bool recurse, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var root = prefix.Length == 0 ? "" : prefix + "/";
        var request = new ListObjectsV2Request
        {
            BucketName = bucket,
            Prefix = folder.Length == 0 ? root : $"{root}{folder}/",
            Delimiter = recurse ? null : "/",
            ExpectedBucketOwner = settings.ExpectedBucketOwner,
        };
        while (true)
        {
            var page = await Guard(() => client.ListObjectsV2Async(request, cancellation), $"the listing of {Root}", cancellation);
            foreach (var item in page.S3Objects ?? [])
                // Keys that end in a slash are the folder markers of consoles. Empty files are files (__init__.py).
                if (!item.Key.EndsWith('/'))
                    yield return new RemoteFile(item.Key[root.Length..], item.Size ?? 0, item.ETag);
            if (page.IsTruncated != true || page.NextContinuationToken is null)
                yield break;
            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    public async Task<Stream> Open(RemoteFile file, long offset, CancellationToken cancellation)
    {
        var request = new GetObjectRequest
        {
            BucketName = bucket,
            Key = prefix.Length == 0 ? file.Path : $"{prefix}/{file.Path}",
            EtagToMatch = file.ETag,
            ExpectedBucketOwner = settings.ExpectedBucketOwner,
        };
        if (offset > 0)
            request.ByteRange = new ByteRange($"bytes={offset}-");
        var response = await Guard(() => client.GetObjectAsync(request, cancellation), $"'{file.Path}' from {Root}", cancellation);
        return response.ResponseStream;
    }

    private async Task<T> Guard<T>(Func<Task<T>> call, string what, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (AmazonS3Exception refused)
        {
            throw Of(refused, what);
        }
        catch (AmazonClientException fault) when (fault.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase))
        {
            throw new RegistryAccessException($"no credentials for {what}: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE ({fault.Message})", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or AmazonServiceException or AmazonClientException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new RegistryUnavailableException($"{what} cannot be read: {Place} did not answer ({fault.Message})", fault);
        }
    }

    private RegistryException Of(AmazonS3Exception refused, string what) => refused.StatusCode switch
    {
        HttpStatusCode.PreconditionFailed => new ArtifactChangedException($"{what} was replaced between listing and reading", refused),
        HttpStatusCode.NotFound when refused.ErrorCode == "NoSuchBucket" => new ArtifactNotFoundException($"{what} cannot be read: {Place} has no bucket '{bucket}'", refused),
        HttpStatusCode.NotFound => new ArtifactNotFoundException($"{what} is not there ({refused.ErrorCode})", refused),
        HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => new RegistryAccessException(
            $"{what} is forbidden by {Place} ({refused.ErrorCode}): {(refused.ErrorCode is "AccessDenied" or "Forbidden" ? "the keys lack s3:ListBucket or s3:GetObject there, or the object does not exist" : "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and the region")}", refused),
        >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or 0 => new RegistryUnavailableException($"{what} cannot be read: {Place} answered {(int)refused.StatusCode} {refused.ErrorCode}", refused),
        _ => new RegistryRequestException($"{what} was refused by {Place}: {(int)refused.StatusCode} {refused.ErrorCode}: {refused.Message}", (int)refused.StatusCode, refused.Message),
    };

    private string Place => settings.Endpoint is null ? "S3" : $"S3 at {SafeUri.Text(settings.Endpoint)}";

    /// <summary>Null = the SDK's own chain.</summary>
    private static AWSCredentials? Keys(S3Settings settings)
    {
        if (settings is { AccessKey: { } key, SecretKey: { } secret })
            return settings.SessionToken is { } token ? new SessionAWSCredentials(key, secret.Reveal(), token.Reveal()) : new BasicAWSCredentials(key, secret.Reveal());
        if (settings.Profile is not { } profile)
            return null;
        return new CredentialProfileStoreChain(settings.CredentialsFile).TryGetAWSCredentials(profile, out var found)
            ? found
            : throw new RegistryAccessException($"AWS_PROFILE names '{profile}', which {settings.CredentialsFile ?? "the credentials file"} does not have");
    }

    private sealed class TrustingFactory : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) =>
            new(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true } });
    }
}
