namespace ModelManager.Registry;

/// <summary>A parsed model or artifact URI, in the forms MLflow writes.</summary>
/// <remarks>store/artifact/utils/models.py and artifact_repository_registry.py of mlflow; the table is in docs/registry.md.</remarks>
public abstract record ModelUri
{
    private ModelUri() { }

    /// <summary><c>models:/name/3</c>, <c>/latest</c>, <c>/Production</c>, <c>models:/name@alias</c>, each with a path inside.</summary>
    public sealed record Registered(string Name, VersionSelector Version, string SubPath) : ModelUri;

    /// <summary><c>models:/m-&lt;32 hex&gt;</c>: a logged model of MLflow 3.</summary>
    public sealed record Logged(string ModelId, string SubPath) : ModelUri;

    /// <summary><c>runs:/&lt;run id&gt;/path</c>.</summary>
    public sealed record Run(string RunId, string Path) : ModelUri;

    /// <summary><c>mlflow-artifacts:/path</c>: through the tracking server, or the one named in <paramref name="Authority"/>.</summary>
    public sealed record Proxy(string? Authority, string Path) : ModelUri;

    public sealed record S3(string Bucket, string Prefix) : ModelUri;

    /// <summary><c>wasbs://container@account.blob.core.windows.net/path</c>.</summary>
    public sealed record Azure(string Container, string Host, string Path) : ModelUri;

    /// <summary><c>http(s)://</c>: the artifact API of an MLflow server at this address.</summary>
    public sealed record Web(Uri Address) : ModelUri;

    /// <summary><c>file:</c> or a plain path.</summary>
    public sealed record Folder(string Path) : ModelUri;

    /// <summary>Reads a URI.</summary>
    /// <exception cref="InvalidModelUriException">Malformed; the message shows the text without secrets.</exception>
    /// <exception cref="UnsupportedArtifactSchemeException">A scheme nobody here reads (abfss, gs, hdfs, dbfs, ...).</exception>
    public static ModelUri Parse(string text)
    {
        if (text.Length == 0 || text.Any(char.IsControl))
            throw new InvalidModelUriException("an artifact location is empty or holds control characters");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 1)
            return new Folder(text);
        var rest = text[(colon + 1)..];
        return text[..colon].ToLowerInvariant() switch
        {
            "models" => Model(text, rest),
            "runs" => RunPath(text, rest),
            "mlflow-artifacts" => ProxyPath(text, rest),
            "s3" or "s3a" => AuthorityAndPath(text, rest) is var (bucket, prefix) && bucket.Length > 0 ? new S3(bucket, prefix) : throw Wrong(text, "s3://bucket/prefix"),
            "wasbs" or "wasb" => Blob(text, rest),
            "http" or "https" => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? new Web(uri) : throw Wrong(text, "https://host/path"),
            "file" => new Folder(FilePath(text)),
            var other => throw new UnsupportedArtifactSchemeException(
                $"unsupported scheme '{other}' in '{SafeUri.Text(text)}': artifacts are read from s3, wasbs, mlflow-artifacts, http(s) and file; register the model with one of these, or let the MLflow server proxy it (mlflow server --serve-artifacts)"),
        };
    }

    /// <summary>The path of a <c>file:</c> URI, percent-decoded as Python's url2pathname does.</summary>
    internal static string FilePath(string text)
    {
        var path = text["file:".Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = path.IndexOf('/', 2);
            var host = slash < 0 ? path[2..] : path[2..slash];
            if (host.Length > 0 && host != "localhost")
                throw new InvalidModelUriException($"'{text}' names a file on the host '{host}'; only files of this machine are read: file:///path");
            path = slash < 0 ? "" : path[slash..];
        }
        return path.Length > 0 ? Uri.UnescapeDataString(path) : throw Wrong(text, "file:///path");
    }

    private static ModelUri Model(string text, string rest)
    {
        if (rest.StartsWith("//", StringComparison.Ordinal))
            throw new InvalidModelUriException($"'{text}' names a registry in its authority (a Databricks profile): set MLFLOW_REGISTRY_URI and write models:/name/version");
        var path = rest.Trim('/');
        var first = path.Split('/', 2);
        if (IsLoggedModelId(first[0]))
            return new Logged(first[0], first.Length > 1 ? first[1] : "");
        // The alias stands behind the last @ of the first segment; MLflow splits there too.
        var at = first[0].LastIndexOf('@');
        if (at > 0 && at < first[0].Length - 1)
            return new Registered(first[0][..at], new VersionSelector.Alias(first[0][(at + 1)..]), first.Length > 1 ? first[1] : "");
        var parts = path.Split('/', 3);
        if (parts.Length < 2 || parts[0].Length == 0 || parts[1].Length == 0)
            throw Wrong(text, "models:/name/3, models:/name/latest, models:/name@alias or models:/m-<id>");
        VersionSelector version = parts[1].All(char.IsAsciiDigit) || parts[1].Equals("latest", StringComparison.OrdinalIgnoreCase)
            ? VersionSelector.Parse(parts[1])
            : new VersionSelector.Stage(parts[1]);
        return new Registered(parts[0], version, parts.Length > 2 ? parts[2] : "");
    }

    private static bool IsLoggedModelId(string text) =>
        text.Length == 34 && text.StartsWith("m-", StringComparison.Ordinal) && text.AsSpan(2).IndexOfAnyExcept("0123456789abcdef") < 0;

    private static Run RunPath(string text, string rest)
    {
        var parts = rest.TrimStart('/').Split('/', 2);
        return !rest.StartsWith("//", StringComparison.Ordinal) && parts[0].Length > 0
            ? new Run(parts[0], parts.Length > 1 ? parts[1].Trim('/') : "")
            : throw Wrong(text, "runs:/<run id>/path");
    }

    private static Proxy ProxyPath(string text, string rest)
    {
        if (text.Contains('#', StringComparison.Ordinal))
            throw Wrong(text, "a path without '#', which MLflow refuses");
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return new Proxy(null, rest.Trim('/'));
        var (authority, path) = AuthorityAndPath(text, rest);
        if (authority.StartsWith(':'))
            throw Wrong(text, "mlflow-artifacts://host:port/path or mlflow-artifacts:/path");
        return new Proxy(authority.Length == 0 ? null : authority, path);
    }

    private static Azure Blob(string text, string rest)
    {
        var (authority, path) = AuthorityAndPath(text, rest);
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < authority.Length - 1
            ? new Azure(authority[..at], authority[(at + 1)..], path)
            : throw Wrong(text, "wasbs://container@account.blob.core.windows.net/path");
    }

    private static (string Authority, string Path) AuthorityAndPath(string text, string rest)
    {
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            throw Wrong(text, "scheme://place/path");
        var slash = rest.IndexOf('/', 2);
        return slash < 0 ? (rest[2..], "") : (rest[2..slash], rest[slash..].Trim('/'));
    }

    private static InvalidModelUriException Wrong(string text, string expected) => new($"'{SafeUri.Text(text)}' is malformed; expected {expected}");
}
