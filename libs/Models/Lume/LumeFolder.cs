using System.Text;

namespace ModelManager.Models.Lume;

/// <summary>Finds the lume YAML that a path means.</summary>
internal static class LumeFolder
{
    private const int MaxDepth = 4;
    private const int MaxFiles = 2_000;

    /// <param name="Folder">Where the YAML lies.</param>
    internal readonly record struct Found(string Folder, string Yaml);

    /// <param name="wantedInputs">Of several models in a folder, those that take exactly these inputs are meant.</param>
    /// <exception cref="ModelException">None, or several of which none is meant; the message lists what was found.</exception>
    public static Found Locate(string path, IReadOnlyCollection<string>? wantedInputs = null)
    {
        if (File.Exists(path))
            return IsYaml(path)
                ? new(Path.GetDirectoryName(Path.GetFullPath(path))!, Path.GetFileName(path))
                : throw new ModelException($"{path}: not a YAML file; give the lume YAML of the model or its folder");
        if (!Directory.Exists(path))
            throw new ModelException($"{path}: no such file or folder");
        var files = Files(path);
        var unreadable = new List<string>();
        var candidates = files.Where(IsYaml).Select(file => Look(path, file, unreadable)).OfType<Candidate>().ToList();
        var members = candidates.SelectMany(c => c.Members).ToHashSet(StringComparer.Ordinal);
        var roots = candidates.Where(c => !members.Contains(c.File)).ToList();
        if (roots.Count == 0)
            throw new ModelException($"{path}: no lume model in it: no .yml or .yaml file with the key 'model_class'. It has {Listing(files)}{(unreadable.Count > 0 ? "; not readable: " + string.Join("; ", unreadable) : "")}");
        var outermost = roots.Min(c => Depth(c.File));
        roots.RemoveAll(c => Depth(c.File) > outermost);
        if (roots.Count > 1 && wantedInputs is not null && roots.Where(c => Takes(path, c, wantedInputs)).ToList() is { Count: > 0 } meant)
            roots = meant;
        if (roots.Count > 1 && roots.Count(c => c.Class == "TorchModule") == 1)
            roots.RemoveAll(c => c.Class != "TorchModule");
        if (roots.Count > 1)
            throw new ModelException($"{path}: several models in it ({string.Join(", ", roots.Select(c => $"{c.File}: {c.Class}"))}); give the path of one of these files");
        var yaml = Path.Combine(path, roots[0].File);
        return new(Path.GetDirectoryName(Path.GetFullPath(yaml))!, Path.GetFileName(yaml));
    }

    /// <summary>The first lume YAML of a folder, not below it; null when it has none.</summary>
    public static string? FirstIn(string folder) =>
        Directory.EnumerateFiles(folder).Where(IsYaml).Select(Path.GetFileName).Order(StringComparer.Ordinal).FirstOrDefault(file => Look(folder, file!, []) is not null);

    private sealed record Candidate(string File, string Class, List<string> Members);

    private static Candidate? Look(string root, string file, List<string> unreadable)
    {
        var path = Path.Combine(root, file);
        // Most YAML files beside a model are something else, and may be broken in ways that are not our matter.
        if (new FileInfo(path).Length > YamlText.MaxBytes)
            return null;
        var bytes = File.ReadAllBytes(path);
        if (bytes.AsSpan().IndexOf("model_class"u8) < 0)
            return null;
        try
        {
            return YamlText.Read(file, bytes) is YamlMapping mapping && mapping.Text("model_class") is { } kind ? new(file, kind, Members(file, mapping)) : null;
        }
        catch (ModelException broken)
        {
            unreadable.Add(broken.Message);
            return null;
        }
    }

    private static bool Takes(string root, Candidate candidate, IReadOnlyCollection<string> inputs)
    {
        var path = Path.GetFullPath(Path.Combine(root, candidate.File));
        var files = new LumeFiles(Path.GetDirectoryName(path)!);
        try
        {
            var name = Path.GetFileName(path);
            return LumeYaml.Read(name, files.Read(name), files.TryRead).Inputs.Select(i => i.Name).ToHashSet(StringComparer.Ordinal).SetEquals(inputs);
        }
        catch (ModelException)
        {
            // A broken neighbour is not the one that was meant; named by its own path it says what is wrong with it.
            return false;
        }
    }

    private static List<string> Members(string file, YamlMapping mapping)
    {
        var names = new List<string>();
        if (mapping["models"] is YamlSequence models)
            foreach (var name in models.Items.OfType<YamlScalar>().Select(s => s.Text))
            {
                var beside = Path.Combine(Path.GetDirectoryName(file) ?? "", name);
                var stem = beside[..^Path.GetExtension(beside).Length];
                stem = stem.EndsWith("_model", StringComparison.Ordinal) ? stem[..^"_model".Length] : stem;
                names.AddRange([beside, stem + ".yml", stem + ".yaml"]);
            }
        return names;
    }

    private static List<string> Files(string root)
    {
        var found = new List<string>();
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, IgnoreInaccessible = true };
        foreach (var path in Directory.EnumerateFiles(root, "*", options))
        {
            found.Add(Path.GetRelativePath(root, path));
            if (found.Count == MaxFiles)
                break;
        }
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static string Listing(List<string> files)
    {
        if (files.Count == 0)
            return "no files at all";
        var text = new StringBuilder(string.Join(", ", files.Take(8)));
        return files.Count > 8 ? text.Append($" and {files.Count - 8} more").ToString() : text.ToString();
    }

    private static int Depth(string file) => file.Count(c => c is '/' or '\\');

    private static bool IsYaml(string file) => Path.GetExtension(file).ToLowerInvariant() is ".yml" or ".yaml";
}
