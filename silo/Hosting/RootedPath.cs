namespace ModelManager.Silo.Hosting;

/// <summary>Whether a path stays inside folders that requests over the network may name, links followed.</summary>
internal static class RootedPath
{
    public static string[] Full(IEnumerable<string> roots) => [.. roots.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))];

    /// <param name="full">A full path; what it names need not exist.</param>
    /// <param name="roots">As <see cref="Full"/> gives them.</param>
    public static bool IsUnderOneOf(string full, string[] roots)
    {
        var final = RealPath(full);
        return roots.Any(root => IsUnder(full, root)) && roots.Any(root => IsUnder(final, RealPath(root)));
    }

    private static bool IsUnder(string path, string root) => path == root || path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Each part of the path may be a link; the file system resolves only the last one for us.
    private static string RealPath(string path)
    {
        var resolved = Path.GetPathRoot(path)!;
        foreach (var part in path[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, part);
            FileSystemInfo info = Directory.Exists(resolved) ? new DirectoryInfo(resolved) : new FileInfo(resolved);
            if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is { } target)
                resolved = target.FullName;
        }
        return resolved;
    }
}
