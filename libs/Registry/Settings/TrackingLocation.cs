namespace ModelManager.Registry;

/// <summary>A tracking URI: a server (with its path prefix) or a folder.</summary>
public abstract record TrackingLocation
{
    private TrackingLocation() { }

    /// <param name="Base">Ends with a slash, so that a path prefix (<c>--static-prefix</c>) is kept.</param>
    public sealed record Server(Uri Base) : TrackingLocation
    {
        public override string ToString() => SafeUri.Text(Base);
    }

    /// <param name="Path">Absolute.</param>
    public sealed record Folder(string Path) : TrackingLocation
    {
        public override string ToString() => $"file://{Path}";
    }

    /// <summary>Reads a tracking URI. A user and password in it come back apart, so that it can be shown.</summary>
    /// <exception cref="FormatException">Neither; the message says why.</exception>
    public static (TrackingLocation Location, string? UserName, Secret? Password) Parse(string text, string workingFolder)
    {
        var scheme = text.IndexOf(':', StringComparison.Ordinal);
        if (scheme <= 1)   // no scheme (or a drive letter): a folder
            return (new Folder(System.IO.Path.GetFullPath(text, System.IO.Path.GetFullPath(workingFolder))), null, null);
        var name = text[..scheme].ToLowerInvariant();
        if (name == "file")
            return (new Folder(System.IO.Path.GetFullPath(ModelUri.FilePath(text), System.IO.Path.GetFullPath(workingFolder))), null, null);
        if (name is not ("http" or "https"))
            throw new FormatException(name is "sqlite" or "postgresql" or "mysql" or "mssql"
                ? $"'{name}:' is the database of an MLflow server, not an address: start `mlflow server` on it and give its http address"
                : $"'{name}:' is not supported; give http://host:port, https://host/prefix, file:///folder or a folder");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw new FormatException($"'{SafeUri.Text(text)}' is not a URL");

        var user = uri.UserInfo.Split(':', 2);
        var path = uri.GetComponents(UriComponents.Path, UriFormat.UriEscaped);
        var basis = new Uri($"{uri.Scheme}://{uri.Authority}/{(path.Length == 0 || path.EndsWith('/') ? path : path + "/")}");
        return (new Server(basis), user[0].Length == 0 ? null : Uri.UnescapeDataString(user[0]), user.Length < 2 ? null : Secret.From(Uri.UnescapeDataString(user[1])));
    }
}
