namespace ModelManager.Registry;

/// <summary>Opens the store a URI names. Clients are made once and shared.</summary>
public sealed class ArtifactStores : IDisposable
{
    private const string ProxyApi = "api/2.0/mlflow-artifacts/artifacts";

    private readonly RegistrySettings _settings;
    private readonly MlflowClient? _tracking;
    private readonly TimeProvider _time;
    private readonly string[] _roots;
    private readonly Lazy<Amazon.S3.IAmazonS3> _s3;
    private readonly Lazy<HttpClient> _http;

    /// <param name="tracking">The server behind <c>mlflow-artifacts:</c>; null with a local registry.</param>
    /// <param name="roots">Further folders that <c>file:</c> may lead into: a local ./mlruns.</param>
    public ArtifactStores(RegistrySettings settings, MlflowClient? tracking, TimeProvider time, params IEnumerable<string> roots)
    {
        _settings = settings;
        _tracking = tracking;
        _time = time;
        _roots = [.. settings.ArtifactRoots.Concat(roots).Select(Path.GetFullPath)];
        _s3 = new(() => S3ArtifactStore.CreateClient(settings.S3));
        _http = new(() => TrackingHttp.Create(settings.Tls));
    }

    /// <summary>The store at this location.</summary>
    /// <exception cref="UnsupportedArtifactSchemeException">Nobody here reads it, or it is not resolved yet (<c>models:</c>, <c>runs:</c>).</exception>
    /// <exception cref="ArtifactRefusedException">A host that is not on the list, a folder outside the roots.</exception>
    /// <exception cref="InvalidModelUriException">Malformed.</exception>
    public IArtifactStore Open(string uri) => ModelUri.Parse(uri) switch
    {
        ModelUri.S3 s3 => new S3ArtifactStore(_s3.Value, s3.Bucket, s3.Prefix, _settings.S3),
        ModelUri.Azure azure => new AzureArtifactStore(AzureArtifactStore.CreateContainer(_settings.Azure, azure), azure.Path, SafeUri.Text(uri)),
        ModelUri.Proxy proxy => OpenProxy(uri, proxy),
        ModelUri.Web web => OpenWeb(web.Address),
        ModelUri.Folder folder => FileArtifactStore.Open(Path.GetFullPath(folder.Path, Path.GetFullPath(_settings.WorkingFolder)), _roots),
        _ => throw new UnsupportedArtifactSchemeException($"'{uri}' must be resolved by the registry before files can be read from it"),
    };

    private ProxyArtifactStore OpenProxy(string uri, ModelUri.Proxy proxy)
    {
        if (proxy.Authority is null)
            return _tracking is null
                ? throw new UnsupportedArtifactSchemeException($"'{uri}' is read through an MLflow server, and none is set: set MLFLOW_TRACKING_URI")
                : new ProxyArtifactStore(_tracking.Tracking, ProxyApi, proxy.Path, uri);
        var scheme = _tracking?.Tracking.Base.Scheme ?? "http";
        var prefix = _tracking?.Tracking.Base.AbsolutePath ?? "/";
        return OpenWeb(new Uri($"{scheme}://{proxy.Authority}{prefix}{ProxyApi}/{string.Join('/', proxy.Path.Split('/').Select(Uri.EscapeDataString))}"));
    }

    /// <summary><c>http(s)</c> artifact URIs are the same API at another address: credentials go along to the tracking server's own origin only.</summary>
    private ProxyArtifactStore OpenWeb(Uri address)
    {
        var own = _tracking?.Tracking.Base;
        var same = own is not null && own.Scheme == address.Scheme && own.Authority.Equals(address.Authority, StringComparison.OrdinalIgnoreCase);
        if (!same && !_settings.ArtifactHosts.Any(host => host.Equals(address.Host, StringComparison.OrdinalIgnoreCase) || host.Equals(address.Authority, StringComparison.OrdinalIgnoreCase)))
            throw new ArtifactRefusedException($"artifacts at {SafeUri.Text(address)} are refused: the host '{address.Authority}' is not on the list MODEL_MANAGER_ARTIFACT_HOSTS");
        const string Endpoint = "/mlflow-artifacts/artifacts";
        var at = address.AbsoluteUri.IndexOf(Endpoint, StringComparison.Ordinal);
        if (at < 0)
            throw new UnsupportedArtifactSchemeException($"'{SafeUri.Text(address)}' is no MLflow artifact address: expected .../api/2.0/mlflow-artifacts/artifacts/<path>");
        var basis = new Uri(address.AbsoluteUri[..(at + 1)]);
        var path = Uri.UnescapeDataString(address.AbsoluteUri[(at + Endpoint.Length)..].Split('?', '#')[0]).Trim('/');
        var transport = new MlflowTransport(_http.Value, basis, same ? _settings.Credentials : TrackingCredentials.None, _settings.Retry, _time);
        return new ProxyArtifactStore(transport, "mlflow-artifacts/artifacts", path, SafeUri.Text(address));
    }

    public void Dispose()
    {
        if (_s3.IsValueCreated)
            _s3.Value.Dispose();
        if (_http.IsValueCreated)
            _http.Value.Dispose();
    }
}
