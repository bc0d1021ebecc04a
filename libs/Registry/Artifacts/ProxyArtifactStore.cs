using System.Runtime.CompilerServices;

namespace ModelManager.Registry;

/// <summary>The <c>mlflow-artifacts</c> proxy of a tracking server: no lengths, no ETags, no ranges, and 500 for a missing file.</summary>
internal sealed class ProxyArtifactStore(MlflowTransport transport, string api, string root, string shown) : IArtifactStore
{
    private const int MaxDepth = 32;

    public string Root => shown;

    public bool CanResume => false;   // Range is ignored: always 200 with the whole file

    public async IAsyncEnumerable<RemoteFile> List(string folder, bool recurse, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var waiting = new Stack<(string Folder, int Depth)>([(folder, 0)]);
        while (waiting.TryPop(out var next))
        {
            var json = await transport.Get(api, [("path", Join(root, next.Folder))], cancellation, artifact: true);
            foreach (var entry in json.Items("files").Select(MlflowClient.Entry))
            {
                // Basenames, unlike artifacts/list. They are checked before they are asked for again.
                var path = Join(next.Folder, entry.Path);
                ArtifactPath.Check(path, shown);
                if (!entry.IsFolder)
                    yield return new RemoteFile(path, entry.Size);
                else if (recurse && next.Depth < MaxDepth)
                    waiting.Push((path, next.Depth + 1));
                else if (recurse)
                    throw new ArtifactRefusedException($"the artifacts under {shown} are nested deeper than {MaxDepth} folders at '{path}'");
            }
        }
    }

    public async Task<Stream> Open(RemoteFile file, long offset, CancellationToken cancellation)
    {
        if (offset != 0)
            throw new NotSupportedException("the proxy sends whole files only");
        var route = $"{api}/{string.Join('/', Join(root, file.Path).Split('/').Select(Uri.EscapeDataString))}";
        var response = await transport.Open(route, cancellation);
        if (response.Content.Headers.ContentType?.MediaType == "text/html"
            && Path.GetExtension(file.Path).ToLowerInvariant() is not (".html" or ".htm"))
        {
            response.Dispose();
            throw new ArtifactCorruptException($"'{file.Path}' from {shown} came as a web page, perhaps a login page of a proxy in front of MLflow; it is not taken for a model");
        }
        return await response.Content.ReadAsStreamAsync(cancellation);
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : name.Length == 0 ? folder : $"{folder}/{name}";
}
