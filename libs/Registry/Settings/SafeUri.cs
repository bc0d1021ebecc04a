namespace ModelManager.Registry;

/// <summary>URIs as they may be shown: without user, password, query and fragment, where secrets travel (SAS tokens, presigned signatures).</summary>
public static class SafeUri
{
    public static string Text(Uri uri) => Text(uri.IsAbsoluteUri ? uri.AbsoluteUri : uri.ToString());

    /// <summary>The same for a text that need not be a valid URI.</summary>
    public static string Text(string uri)
    {
        var scheme = uri.IndexOf("://", StringComparison.Ordinal);
        var end = uri.IndexOfAny(['?', '#'], Math.Max(scheme, 0));
        var shown = end < 0 ? uri : uri[..end];
        if (scheme < 0)
            return shown;
        var authority = scheme + 3;
        var path = shown.IndexOf('/', authority);
        var at = shown.LastIndexOf('@', (path < 0 ? shown.Length : path) - 1);
        // wasbs://container@account: the part before @ is a container there, not a user.
        return at < authority || shown.StartsWith("wasb", StringComparison.OrdinalIgnoreCase) || shown.StartsWith("abfs", StringComparison.OrdinalIgnoreCase)
            ? shown : shown[..authority] + shown[(at + 1)..];
    }
}
