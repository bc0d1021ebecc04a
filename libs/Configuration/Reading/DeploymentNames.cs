namespace ModelManager.Configuration.Reading;

/// <summary>The name of a deployment whose file gives none.</summary>
internal static class DeploymentNames
{
    private static readonly string[] GenericFiles = ["pv_mapping", "pv_mappings", "config", "configs", "deployment", "deployment_config", "model_manager"];

    /// <summary>The file's name without its ending; the folder's where the file has one of the names that say nothing. Characters that cannot stand in a name become '-'.</summary>
    public static string FromFile(string fileName)
    {
        var parts = fileName.Split('/', '\\');
        var stem = parts[^1];
        foreach (var ending in new[] { ".yaml", ".yml" })
            if (stem.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
                stem = stem[..^ending.Length];
        var folder = parts.Length > 1 ? Clean(parts[^2]) : "";
        return GenericFiles.Contains(stem.ToLowerInvariant()) && folder.Length > 0 ? folder : Clean(stem) is { Length: > 0 } name ? name : "deployment";
    }

    private static string Clean(string text)
    {
        var cleaned = new string([.. text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')]).Trim('-', '.', '_');
        return cleaned.Length > 100 ? cleaned[..100] : cleaned;
    }
}
