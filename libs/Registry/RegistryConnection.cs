namespace ModelManager.Registry;

/// <summary>The registry the settings point to, with the stores its artifacts may lie in.</summary>
/// <param name="Registry">An <see cref="MlflowClient"/> or a <see cref="FileStoreRegistry"/>.</param>
public sealed record RegistryConnection(IModelRegistry Registry, ArtifactStores Stores) : IDisposable
{
    /// <summary>Where MLflow's own tools listen when nothing else is said.</summary>
    public static readonly Uri DefaultServer = new("http://127.0.0.1:5000");

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Connects as the settings say. Without a tracking URI: an MLflow server at <paramref name="defaultServer"/> if one answers, else the folder <c>./mlruns</c>.
    /// A server that was named is not contacted here.
    /// </summary>
    /// <exception cref="RegistryUnavailableException">Nothing was named, and neither default is there.</exception>
    public static async Task<RegistryConnection> Open(RegistrySettings settings, TimeProvider time, CancellationToken cancellation, Uri? defaultServer = null)
    {
        switch (settings.Tracking)
        {
            case TrackingLocation.Server server:
                return Of(server.Base, settings, time);
            case TrackingLocation.Folder folder:
                return Of(folder.Path, settings, time);
        }
        defaultServer ??= DefaultServer;
        var runs = Path.GetFullPath("mlruns", Path.GetFullPath(settings.WorkingFolder));
        // `mlflow ui` in this folder serves ./mlruns, and its artifacts are file: URIs into it.
        if (await Answers(defaultServer, settings, time, cancellation))
            return Of(defaultServer, settings with { ArtifactRoots = [.. settings.ArtifactRoots, runs] }, time);
        return Directory.Exists(runs)
            ? Of(runs, settings, time)
            : throw new RegistryUnavailableException($"no model registry: MLFLOW_TRACKING_URI is not set, no MLflow answers at {SafeUri.Text(defaultServer)}, and there is no folder {runs}. Set MLFLOW_TRACKING_URI (in the environment or in -e env.json), or start `mlflow ui`{LocalDatabase.Hint(Path.GetDirectoryName(runs)!)}");
    }

    private static async Task<bool> Answers(Uri server, RegistrySettings settings, TimeProvider time, CancellationToken cancellation)
    {
        using var probe = new MlflowClient(server, settings with { Retry = RetrySettings.None with { Timeout = ProbeTimeout }, Registry = null }, time);
        try
        {
            return await probe.IsHealthy(cancellation);
        }
        catch (RegistryException)
        {
            return false;   // nobody there, or another service on that port: the next default is tried, and the caller hears of both
        }
    }

    private static RegistryConnection Of(Uri server, RegistrySettings settings, TimeProvider time)
    {
        var client = new MlflowClient(server, settings, time);
        return settings.Registry is TrackingLocation.Folder folder
            ? new(new FileStoreRegistry(folder.Path), new ArtifactStores(settings, client, time, folder.Path))
            : new(client, new ArtifactStores(settings, client, time));
    }

    private static RegistryConnection Of(string folder, RegistrySettings settings, TimeProvider time)
    {
        if (settings.Registry is TrackingLocation.Server server)
        {
            var client = new MlflowClient(server.Base, settings, time);
            return new(client, new ArtifactStores(settings, client, time, folder));
        }
        return new(new FileStoreRegistry((settings.Registry as TrackingLocation.Folder)?.Path ?? folder), new ArtifactStores(settings, null, time, folder));
    }

    public void Dispose()
    {
        (Registry as IDisposable)?.Dispose();
        Stores.Dispose();
    }
}
