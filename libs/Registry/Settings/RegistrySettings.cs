namespace ModelManager.Registry;

/// <summary>Everything this library reads from the outside, once, as values. Made by <see cref="From"/>; printing it shows no secret.</summary>
public sealed record RegistrySettings
{
    /// <summary><c>MLFLOW_TRACKING_URI</c> without user and password; null = not set: http://127.0.0.1:5000, then ./mlruns.</summary>
    public TrackingLocation? Tracking { get; init; }

    /// <summary><c>MLFLOW_REGISTRY_URI</c>: another server for models and versions; null = the tracking server.</summary>
    public TrackingLocation? Registry { get; init; }

    public TrackingCredentials Credentials { get; init; } = TrackingCredentials.None;
    public TlsSettings Tls { get; init; } = TlsSettings.Default;
    public RetrySettings Retry { get; init; } = RetrySettings.Default;
    public S3Settings S3 { get; init; } = S3Settings.Default;
    public AzureSettings Azure { get; init; } = AzureSettings.Default;

    /// <summary>Hosts (host or host:port) <c>http(s)://</c> artifacts may come from: <c>MODEL_MANAGER_ARTIFACT_HOSTS</c>, separated by commas. The tracking server itself always may.</summary>
    public IReadOnlyList<string> ArtifactHosts { get; init; } = [];

    /// <summary>Folders <c>file:</c> artifacts may lie under: <c>MODEL_MANAGER_ARTIFACT_ROOT</c>, separated by the path separator. A local ./mlruns adds itself.</summary>
    public IReadOnlyList<string> ArtifactRoots { get; init; } = [];

    /// <summary>The folder relative paths (and ./mlruns) start from.</summary>
    public string WorkingFolder { get; init; } = ".";

    /// <summary>Reads the settings; nothing else in this library looks at the process's environment.</summary>
    /// <param name="environment">The process's variables.</param>
    /// <param name="envJson">The keys of <c>-e env.json</c>; they win over the environment, as the original sets them into it.</param>
    /// <exception cref="RegistrySettingsException">A value cannot be what its name says; every such value is named.</exception>
    public static RegistrySettings From(IReadOnlyDictionary<string, string?> environment, IReadOnlyDictionary<string, string?>? envJson = null, string workingFolder = ".") =>
        new SettingsReader(environment, envJson ?? new Dictionary<string, string?>(), workingFolder).Read();

    public override string ToString() =>
        $"tracking {Tracking?.ToString() ?? "not set"}, registry {Registry?.ToString() ?? "same"}, {Credentials}, {S3}, {Azure}";
}

public sealed class RegistrySettingsException(IReadOnlyList<string> problems)
    : RegistryException(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
