using System.Text;

namespace ModelManager.Registry;

/// <summary>Which paths of a remote listing may become files here. Whoever can register a model chooses these names.</summary>
public static class ArtifactPath
{
    private const int MaxPathBytes = 1024;
    private const int MaxSegmentBytes = 200;   // below the 255 of file systems, which leaves room for our suffixes

    /// <summary>Throws unless the path is relative, plain and portable.</summary>
    /// <exception cref="ArtifactRefusedException">"..", absolute, backslash, control characters, a percent-encoded way round these, too long.</exception>
    public static void Check(string path, string root)
    {
        if (Problem(path) is { } problem)
            throw new ArtifactRefusedException($"the artifact path '{Printable(path)}' under {root} is refused: {problem}");
    }

    /// <summary>What is wrong with a path, or null.</summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0)
            return "it is empty";
        if (Encoding.UTF8.GetByteCount(path) > MaxPathBytes)
            return $"it is longer than {MaxPathBytes} bytes";
        if (path[0] == '/')
            return "it is absolute";
        if (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0]))
            return "it names a drive";
        foreach (var segment in path.Split('/'))
            if (SegmentProblem(segment) is { } problem)
                return problem;
        return null;
    }

    /// <summary>Names that two files or a file and a folder claim on some file system: equal but for case, or one inside the other.</summary>
    /// <exception cref="ArtifactRefusedException">Names both.</exception>
    public static void CheckTogether(IEnumerable<string> paths, string root)
    {
        var files = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var folders = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var path in paths)
        {
            if (!files.TryAdd(path, path))
                throw Clash(files[path], path, root);
            for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
            {
                var folder = path[..slash];
                if (folders.TryGetValue(folder, out var spelled) && spelled != folder)
                    throw Clash(spelled + "/", folder + "/", root);
                folders[folder] = folder;
            }
        }
        foreach (var folder in folders.Keys)
            if (files.TryGetValue(folder, out var file))
                throw Clash(file, folder + "/", root);
    }

    private static string? SegmentProblem(string segment)
    {
        if (segment.Length == 0)
            return "it has an empty segment";
        if (segment is "." or "..")
            return "it steps out with '.' or '..'";
        if (segment.Contains('\\'))
            return "it holds a backslash";
        if (segment.Any(char.IsControl))
            return "it holds a control character";
        if (Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes)
            return $"a name in it is longer than {MaxSegmentBytes} bytes";
        if (segment.Contains('%'))
        {
            // A server that decodes once more than we do would see this.
            var decoded = Uri.UnescapeDataString(segment);
            if (decoded is "." or ".." || decoded.AsSpan().IndexOfAny('/', '\\') >= 0 || decoded.Any(char.IsControl))
                return "decoded, it steps out or holds a separator";
        }
        return null;
    }

    private static ArtifactRefusedException Clash(string first, string second, string root) =>
        new($"the artifacts '{Printable(first)}' and '{Printable(second)}' under {root} are refused: they are the same name where upper and lower case are not told apart, or a file and a folder at once");

    private static string Printable(string path) =>
        string.Concat((path.Length > 200 ? path[..200] + "..." : path).Select(c => char.IsControl(c) ? '?' : c));
}
