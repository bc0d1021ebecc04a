using System.Diagnostics.CodeAnalysis;

namespace ModelManager.Silo.Hosting;

/// <summary>The folders that requests over the network may name models in.</summary>
public sealed class ModelRoots(IReadOnlyList<string> roots)
{
    private readonly string[] _roots = RootedPath.Full(roots);

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
            if (!RootedPath.IsUnderOneOf(full, _roots))
                refusal = $"'{local}' is not under a model folder of this silo ({string.Join(", ", _roots)})";
            else if (!Directory.Exists(full) && !File.Exists(full))
                refusal = $"there is no model at '{local}' under {_roots[0]}";
            else
                path = full;
        }
        return path is not null;
    }
}
