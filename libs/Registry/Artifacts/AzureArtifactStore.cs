using System.Runtime.CompilerServices;
using Azure;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace ModelManager.Registry;

/// <summary>A path in an Azure Blob container.</summary>
internal sealed class AzureArtifactStore(BlobContainerClient container, string prefix, string shown) : IArtifactStore
{
    public string Root => shown;

    public bool CanResume => true;

    /// <summary>The container, by connection string, account key or the identity of the process (the order of MLflow's azure_blob_artifact_repo.py).</summary>
    public static BlobContainerClient CreateContainer(AzureSettings settings, ModelUri.Azure uri)
    {
        // Older than the SDK's newest on purpose: private stores and emulators lag behind.
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2025_11_05);
        options.Retry.MaxRetries = 3;
        try
        {
            if (settings.ConnectionString is { } connection)
                return new BlobServiceClient(connection.Reveal(), options).GetBlobContainerClient(uri.Container);
            var address = new Uri($"https://{uri.Host}");
            return (settings.AccessKey is { } key
                ? new BlobServiceClient(address, new StorageSharedKeyCredential(uri.Host.Split('.')[0], key.Reveal()), options)
                : new BlobServiceClient(address, new DefaultAzureCredential(), options)).GetBlobContainerClient(uri.Container);
        }
        catch (FormatException)
        {
            throw new RegistrySettingsException([settings.ConnectionString is not null
                ? "AZURE_STORAGE_CONNECTION_STRING is not a connection string (DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...)"
                : "AZURE_STORAGE_ACCESS_KEY is not a base64 key"]);
        }
    }

    public async IAsyncEnumerable<RemoteFile> List(string folder, bool recurse, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var root = prefix.Length == 0 ? "" : prefix + "/";
        var under = folder.Length == 0 ? root : $"{root}{folder}/";
        await using var pages = recurse
            ? container.GetBlobsAsync(new GetBlobsOptions { Prefix = under, Traits = BlobTraits.Metadata }, cancellation).GetAsyncEnumerator(cancellation)
            : Flat(container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Prefix = under, Delimiter = "/", Traits = BlobTraits.Metadata }, cancellation)).GetAsyncEnumerator(cancellation);
        while (await Guard(async () => await pages.MoveNextAsync(), $"the listing of {shown}", cancellation))
        {
            var blob = pages.Current;
            // Folder markers of hierarchical accounts; empty files are files.
            if (blob.Name.EndsWith('/') || (blob.Metadata?.TryGetValue("hdi_isfolder", out var folderMark) == true && folderMark == "true"))
                continue;
            yield return new RemoteFile(blob.Name[root.Length..], blob.Properties.ContentLength, blob.Properties.ETag?.ToString("H"),
                blob.Properties.ContentHash is { Length: 16 } md5 ? Convert.ToHexStringLower(md5) : null);
        }
    }

    public async Task<Stream> Open(RemoteFile file, long offset, CancellationToken cancellation)
    {
        var blob = container.GetBlobClient(prefix.Length == 0 ? file.Path : $"{prefix}/{file.Path}");
        var options = new BlobDownloadOptions
        {
            Range = offset > 0 ? new HttpRange(offset) : default,
            Conditions = file.ETag is null ? null : new BlobRequestConditions { IfMatch = new ETag(file.ETag) },
        };
        var answer = await Guard(() => blob.DownloadStreamingAsync(options, cancellation), $"'{file.Path}' from {shown}", cancellation);
        return answer.Value.Content;
    }

    private static async IAsyncEnumerable<BlobItem> Flat(AsyncPageable<BlobHierarchyItem> items)
    {
        await foreach (var item in items)
            if (item.IsBlob)
                yield return item.Blob;
    }

    private static async Task<T> Guard<T>(Func<Task<T>> call, string what, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (RequestFailedException refused)
        {
            throw Of(refused, what);
        }
        catch (AuthenticationFailedException none)
        {
            throw new RegistryAccessException($"no credentials for {what}: set AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCESS_KEY, or give the process an identity", none);
        }
        catch (Exception fault) when (fault is AggregateException or HttpRequestException or IOException || (fault is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new RegistryUnavailableException($"{what} cannot be read: Azure did not answer ({(fault as AggregateException)?.InnerException?.Message ?? fault.Message})", fault);
        }
    }

    private static RegistryException Of(RequestFailedException refused, string what) => refused.Status switch
    {
        412 => new ArtifactChangedException($"{what} was replaced between listing and reading", refused),
        404 => new ArtifactNotFoundException($"{what} is not there ({refused.ErrorCode})", refused),
        401 or 403 => new RegistryAccessException($"{what} is forbidden by Azure ({refused.Status} {refused.ErrorCode}): check AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCESS_KEY", refused),
        0 or 408 or 429 or >= 500 => new RegistryUnavailableException($"{what} cannot be read: Azure answered {refused.Status} {refused.ErrorCode}", refused),
        _ => new RegistryRequestException($"{what} was refused by Azure: {refused.Status} {refused.ErrorCode}", refused.Status, refused.ErrorCode ?? ""),
    };
}
