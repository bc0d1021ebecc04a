using System.Globalization;

namespace ModelManager.Registry;

/// <summary>Variables to <see cref="RegistrySettings"/>: one method per group, every wrong value collected.</summary>
internal sealed class SettingsReader(IReadOnlyDictionary<string, string?> environment, IReadOnlyDictionary<string, string?> envJson, string workingFolder)
{
    private readonly List<string> _problems = [];

    public RegistrySettings Read()
    {
        var (tracking, uriUser, uriPassword) = Location("MLFLOW_TRACKING_URI");
        var (registry, _, _) = Location("MLFLOW_REGISTRY_URI");
        var settings = new RegistrySettings
        {
            Tracking = tracking,
            Registry = registry,
            Credentials = Credentials(uriUser, uriPassword),
            Tls = Tls(),
            Retry = Retry(),
            S3 = S3(),
            Azure = new(Secret.From(Text("AZURE_STORAGE_CONNECTION_STRING")), Secret.From(Text("AZURE_STORAGE_ACCESS_KEY"))),
            ArtifactHosts = Split("MODEL_MANAGER_ARTIFACT_HOSTS", ','),
            ArtifactRoots = [.. Split("MODEL_MANAGER_ARTIFACT_ROOT", Path.PathSeparator).Select(folder => Path.GetFullPath(folder, Path.GetFullPath(workingFolder)))],
            WorkingFolder = Path.GetFullPath(workingFolder),
        };
        return _problems.Count == 0 ? settings : throw new RegistrySettingsException(_problems);
    }

    private TrackingCredentials Credentials(string? uriUser, Secret? uriPassword)
    {
        var user = Text("MLFLOW_TRACKING_USERNAME");
        var password = Secret.From(Text("MLFLOW_TRACKING_PASSWORD"));
        if (user is null || password is null)
            (user, password) = uriPassword is null ? CredentialsFile() : (uriUser, uriPassword);
        return new(user, password, Secret.From(Text("MLFLOW_TRACKING_TOKEN")));
    }

    /// <summary><c>~/.mlflow/credentials</c>, an ini file with a section [mlflow] (utils/credentials.py).</summary>
    private (string?, Secret?) CredentialsFile()
    {
        var path = Path.Combine(Text("HOME") ?? Text("USERPROFILE") ?? "", ".mlflow", "credentials");
        if (!Path.IsPathRooted(path) || !File.Exists(path))
            return (null, null);
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var section = "";
        foreach (var line in File.ReadLines(path).Select(line => line.Trim()))
        {
            if (line.StartsWith('[') && line.EndsWith(']'))
                section = line[1..^1].Trim();
            else if (section == "mlflow" && line.IndexOf('=') is > 0 and var equals)
                values[line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }
        return (values.GetValueOrDefault("mlflow_tracking_username"), Secret.From(values.GetValueOrDefault("mlflow_tracking_password")));
    }

    private TlsSettings Tls()
    {
        var tls = new TlsSettings(Flag("MLFLOW_TRACKING_INSECURE_TLS"), Text("MLFLOW_TRACKING_SERVER_CERT_PATH"), Text("MLFLOW_TRACKING_CLIENT_CERT_PATH"));
        if (tls is { Insecure: true, ServerCertPath: not null })
            _problems.Add("MLFLOW_TRACKING_INSECURE_TLS and MLFLOW_TRACKING_SERVER_CERT_PATH exclude each other; unset one");
        foreach (var (name, path) in (IEnumerable<(string, string?)>)[("MLFLOW_TRACKING_SERVER_CERT_PATH", tls.ServerCertPath), ("MLFLOW_TRACKING_CLIENT_CERT_PATH", tls.ClientCertPath)])
            if (path is not null && !File.Exists(path))
                _problems.Add($"{name}: there is no file '{path}'");
        return tls;
    }

    private RetrySettings Retry()
    {
        var usual = RetrySettings.Default;
        var timeout = TimeSpan.FromSeconds(Number("MLFLOW_HTTP_REQUEST_TIMEOUT", usual.Timeout.TotalSeconds, 0.1, 3600));
        return new(
            (int)Number("MLFLOW_HTTP_REQUEST_MAX_RETRIES", usual.MaxRetries, 0, 20),
            Number("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", usual.BackoffFactor, 0, 60),
            Number("MLFLOW_HTTP_REQUEST_BACKOFF_JITTER", usual.BackoffJitter, 0, 60),
            timeout,
            TimeSpan.FromSeconds(Math.Max(usual.Deadline.TotalSeconds, 3 * timeout.TotalSeconds)));
    }

    private S3Settings S3()
    {
        Uri? endpoint = null;
        foreach (var name in (IEnumerable<string>)["MLFLOW_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
        {
            if (Text(name) is not { } text)
                continue;
            if (!Uri.TryCreate(text, UriKind.Absolute, out endpoint) || endpoint.Scheme is not ("http" or "https"))
                _problems.Add($"{name}: '{SafeUri.Text(text)}' is not an http address");
            break;
        }
        var style = Text("MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE");
        if (!Enum.TryParse<S3Addressing>(style ?? "auto", ignoreCase: true, out var addressing))
            _problems.Add($"MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: '{style}' is none of path, virtual, auto");
        return new(endpoint, Text("AWS_REGION") ?? Text("AWS_DEFAULT_REGION"), Text("AWS_ACCESS_KEY_ID"), Secret.From(Text("AWS_SECRET_ACCESS_KEY")),
            Secret.From(Text("AWS_SESSION_TOKEN")), Text("AWS_PROFILE"), Text("AWS_SHARED_CREDENTIALS_FILE"),
            Flag("MLFLOW_S3_IGNORE_TLS"), addressing, Text("MLFLOW_S3_EXPECTED_BUCKET_OWNER"));
    }

    private (TrackingLocation?, string?, Secret?) Location(string name)
    {
        if (Text(name) is not { } text)
            return (null, null, null);
        try
        {
            return TrackingLocation.Parse(text, workingFolder);
        }
        catch (FormatException wrong)
        {
            _problems.Add($"{name}: {wrong.Message}");
            return (null, null, null);
        }
    }

    private string? Text(string name)
    {
        var value = envJson.TryGetValue(name, out var set) ? set : environment.GetValueOrDefault(name);
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    private string[] Split(string name, char separator) =>
        Text(name)?.Split(separator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>As MLflow's _BooleanEnvironmentVariable: true/1 and false/0, whatever the case.</summary>
    private bool Flag(string name)
    {
        switch (Text(name)?.ToLowerInvariant())
        {
            case "true" or "1": return true;
            case null or "false" or "0": return false;
            default:
                _problems.Add($"{name}: '{Text(name)}' is neither true nor false");
                return false;
        }
    }

    private double Number(string name, double usual, double low, double high)
    {
        if (Text(name) is not { } text)
            return usual;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= low && number <= high)
            return number;
        _problems.Add($"{name}: '{text}' is not a number from {low.ToString(CultureInfo.InvariantCulture)} to {high.ToString(CultureInfo.InvariantCulture)}");
        return usual;
    }
}
