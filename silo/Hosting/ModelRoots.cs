using System.Diagnostics.CodeAnalysis;

namespace ModelManager.Silo.Hosting;

/// <summary>The folders that requests over the network may name models in.</summary>
public sealed class ModelRoots(IReadOnlyList<string> roots)
{
    private readonly string[] _roots = [.. roots.Select(root => Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)))];

    /// <summary>The full path of <paramref name="local"/> (relative ones count from the first root), when it lies under a root, links followed.</summary>
    public bool TryResolve(string local, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? refusal)
    {
        path = null;
        refusal = null;
        if (_roots.Length == 0)
            refusal = "this silo serves no local models over the API; start it with --models DIR";
        else if (local.Contains('\0', StringComparison.Ordinal))
            refusal = "the model path contains a NUL character";
        else
        {
            var full = Path.GetFullPath(Path.Combine(_roots[0], local));
            var final = RealPath(full);
            if (!_roots.Any(root => IsUnder(full, root)) || !_roots.Any(root => IsUnder(final, RealPath(root))))
                refusal = $"'{local}' is not under a model folder of this silo ({string.Join(", ", _roots)})";
            else if (!Directory.Exists(full) && !File.Exists(full))
                refusal = $"there is no model at '{local}' under {_roots[0]}";
            else
                path = full;
        }
        return path is not null;
    }

    private static bool IsUnder(string path, string root) => path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);

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
