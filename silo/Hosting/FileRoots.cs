using ModelManager.Configuration.Spec;

namespace ModelManager.Silo.Hosting;

/// <summary>The folders that deployments coming over the network may read and write data files in, and read access security files from. <c>run</c> may name any: there the user is the process.</summary>
public sealed class FileRoots(IReadOnlyList<string> roots)
{
    private readonly string[] _roots = RootedPath.Full(roots);

    /// <summary>Null when every path of its file interfaces lies under a root, links followed; otherwise the first that does not, with its place.</summary>
    public string? Refuses(DeploymentSpec spec)
    {
        foreach (var module in spec.Interfaces)
        {
            var setting = module.Subtype is "file" or "recording" ? "path" : "access_security";
            if (!module.Settings.TryGetValue(setting, out var path) || path.Length == 0)
                continue;
            if (_roots.Length == 0)
                return $"{module.Where}: module '{module.Key}' names the file '{path}', and this silo opens no files for deployments that come over the API; start it with --files DIR, or use 'model_manager run'";
            if (path.Contains('\0', StringComparison.Ordinal) || !RootedPath.IsUnderOneOf(Path.GetFullPath(path), _roots))
                return $"{module.Where}: module '{module.Key}' names the file '{path}', which is not under a data folder of this silo ({string.Join(", ", _roots)})";
        }
        return null;
    }
}
