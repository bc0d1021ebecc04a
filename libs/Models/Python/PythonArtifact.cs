using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ModelManager.Models.Lume;
using ModelManager.Models.Signatures;

namespace ModelManager.Models.Python;

/// <summary>What a Python interpreter is to load from a path. Found by looking at names and text: nothing is unpickled or run here.</summary>
/// <param name="Kind">factory, mlflow, lume or file; worker/finding.py knows the same words.</param>
/// <param name="Description">For <c>inspect</c>.</param>
internal sealed partial record PythonArtifact(string Kind, string Folder, string Path, string Description, DeclaredVariables Declared)
{
    private const int MaxDepth = 4;
    private const int MaxFiles = 10_000;
    private static readonly string[] Loadable = [".pkl", ".pickle", ".joblib", ".pth", ".pt", ".jit", ".torchscript"];

    public string? Factory { get; init; }
    public string? ModelClass { get; init; }
    internal YamlMapping? MlModel { get; init; }

    /// <exception cref="ModelException">There is nothing for Python here; the message says what was looked for.</exception>
    public static PythonArtifact Find(ModelSource source)
    {
        var found = Look(source);
        var declared = found.Kind == "lume" ? DeclaredVariables.None : DeclaredVariables.In(found.Folder);
        declared = declared with
        {
            Inputs = declared.Inputs.IsEmpty ? [.. (source.WantedInputs ?? []).Select(Unknown)] : declared.Inputs,
            Outputs = declared.Outputs.IsEmpty ? [.. (source.WantedOutputs ?? []).Select(Unknown)] : declared.Outputs,
        };
        return found with { Declared = declared };
    }

    /// <summary>SHA-256 over every file the model may read, and over how it is loaded.</summary>
    public string Digest(string interpreter)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Of several files in one folder, which one: two with a class of one name are two models.
        all.AppendData(Encoding.UTF8.GetBytes($"{Kind}\0{System.IO.Path.GetRelativePath(Folder, Path)}\0{Factory}\0{interpreter}\0{string.Join(',', Declared.Inputs.Select(i => i.Name))}\0{string.Join(',', Declared.Outputs.Select(o => o.Name))}\0"));
        foreach (var (relative, path) in Files())
        {
            all.AppendData(Encoding.UTF8.GetBytes(relative + "\0"));
            using var stream = File.OpenRead(path);
            all.AppendData(SHA256.HashData(stream));
        }
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("kind", Kind);
        json.WriteString(Kind is "factory" or "mlflow" ? "path" : "file", Path);
        if (Factory is not null)
            json.WriteString("factory", Factory);
        if (ModelClass is not null)
            json.WriteString("model_class", ModelClass);
        if (MlModel is not null)
        {
            json.WritePropertyName("mlmodel");
            YamlJson.Write(json, MlModel);
        }
    }

    private static PythonArtifact Look(ModelSource source)
    {
        var path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(source.Path));
        if (source.Factory is { } factory)
            return OfFactory(path, factory);
        if (File.Exists(path))
            return OfFile(path);
        if (!Directory.Exists(path))
            throw new ModelException($"{path}: no such file or folder");
        if (MlModels(path) is { Count: > 0 } mlmodels)
            return mlmodels.Count == 1
                ? OfMlflow(mlmodels[0])
                : throw new ModelException($"{path}: several MLflow models in it ({string.Join(", ", mlmodels.Select(m => System.IO.Path.GetRelativePath(path, m)))}); give the folder of one");
        if (Lume(path) is { } lume)
            return lume;
        var files = Directory.EnumerateFiles(path).Where(file => Loadable.Contains(System.IO.Path.GetExtension(file).ToLowerInvariant())).Order(StringComparer.Ordinal).ToList();
        return files.Count switch
        {
            1 => OfFile(files[0]),
            0 => throw new ModelException($"{path}: nothing for Python in it: no MLmodel, no lume YAML, no {string.Join(" ", Loadable)} file{PythonFiles(path)}"),
            _ => throw new ModelException($"{path}: several files could be the model ({string.Join(", ", files.Take(6).Select(System.IO.Path.GetFileName))}); give the path of one"),
        };
    }

    private static PythonArtifact OfFactory(string path, string factory)
    {
        if (File.Exists(path) && System.IO.Path.GetExtension(path) != ".py")
            throw new ModelException($"{path}: the factory class {factory} would be in a .py file; give that file or its folder");
        var name = factory[(factory.LastIndexOfAny([':', '.']) + 1)..];
        if (!Identifier().IsMatch(name))
            throw new ModelException($"'{factory}' is not the name of a Python class");
        var folder = Directory.Exists(path) ? path : System.IO.Path.GetDirectoryName(path)!;
        var candidates = File.Exists(path) ? [path] : Directory.Exists(path) ? Directory.EnumerateFiles(path, "*.py", SearchOption.AllDirectories).Take(MaxFiles).ToArray() : [];
        if (candidates.Length == 0)
            throw new ModelException($"{path}: no Python file there");
        if (!candidates.Any(file => Regex.IsMatch(File.ReadAllText(file), $@"\b{name}\b")))
            throw new ModelException($"{path}: no class {name} in {string.Join(", ", candidates.Take(6).Select(System.IO.Path.GetFileName))}");
        return new("factory", folder, path, $"class {name} of {System.IO.Path.GetFileName(path)}", DeclaredVariables.None) { Factory = factory };
    }

    private static PythonArtifact OfFile(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        var folder = System.IO.Path.GetDirectoryName(path)!;
        var extension = System.IO.Path.GetExtension(path).ToLowerInvariant();
        if (name == "MLmodel")
            return OfMlflow(path);
        if (extension == ".py")
            throw new ModelException($"{path}: a Python file needs the name of the factory class in it: -l {name} FACTORY_CLASS");
        if (extension is ".yml" or ".yaml")
            return Lume(path) ?? throw new ModelException($"{path}: not a lume YAML: it has no key 'model_class'");
        return Loadable.Contains(extension)
            ? new("file", folder, path, extension is ".pkl" or ".pickle" or ".joblib" ? $"pickled object {name}" : $"torch file {name}", DeclaredVariables.None)
            : throw new ModelException($"{path}: not a file that Python loads here ({string.Join(" ", Loadable)}, MLmodel, a lume YAML, or .py with a factory class)");
    }

    private static PythonArtifact OfMlflow(string file)
    {
        var folder = System.IO.Path.GetDirectoryName(file)!;
        var mlmodel = YamlText.Read("MLmodel", File.ReadAllBytes(file)) as YamlMapping ?? throw new ModelException($"{file}: empty");
        var flavors = mlmodel.Mapping("flavors")?.Items.ConvertAll(item => item.Key.Text) ?? [];
        var loader = mlmodel.Mapping("flavors")?.Mapping("python_function")?.Text("loader_module");
        if (loader is null && !flavors.Contains("pytorch") && !flavors.Contains("sklearn"))
            throw new ModelException($"{file}: no flavor that Python runs; it has {(flavors.Count == 0 ? "none" : string.Join(", ", flavors))}");
        return new("mlflow", folder, folder, $"MLflow model, {(loader is null ? "flavor " + flavors[0] : "loader " + loader)}", DeclaredVariables.None) { MlModel = mlmodel };
    }

    private static PythonArtifact? Lume(string path)
    {
        try
        {
            var found = LumeFolder.Locate(path, null);
            var file = System.IO.Path.Combine(found.Folder, found.Yaml);
            return YamlText.Read(found.Yaml, File.ReadAllBytes(file)) is YamlMapping yaml && yaml.Text("model_class") is { } kind
                ? new("lume", found.Folder, file, $"lume {kind} of {found.Yaml}", DeclaredVariables.None) { ModelClass = kind }
                : null;
        }
        catch (ModelException)
        {
            return null;                       // no lume model: something else may be there
        }
    }

    private static List<string> MlModels(string path) =>
        File.Exists(System.IO.Path.Combine(path, "MLmodel"))
            ? [System.IO.Path.Combine(path, "MLmodel")]
            : [.. Directory.EnumerateFiles(path, "MLmodel", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, IgnoreInaccessible = true }).Take(5).Order(StringComparer.Ordinal)];

    private static string PythonFiles(string path) =>
        Directory.EnumerateFiles(path, "*.py").Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal).Take(4).ToArray() is { Length: > 0 } python
            ? $". It has {string.Join(", ", python)}: name the factory class, -l {path} FACTORY_CLASS"
            : "";

    // A factory's file imports what lies beside it; everything else is a folder of its own.
    private IEnumerable<(string Relative, string Path)> Files()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 8, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var files = Kind == "file" ? [Path] : Directory.EnumerateFiles(Folder, Kind == "factory" && File.Exists(Path) ? "*.py" : "*", options).ToList();
        return files.Count > MaxFiles
            ? throw new ModelException($"{Folder}: more than {MaxFiles:N0} files; give the folder of the model alone")
            : files.Where(file => !file.Contains("__pycache__", StringComparison.Ordinal)).Select(file => (System.IO.Path.GetRelativePath(Folder, file), file)).OrderBy(f => f.Item1, StringComparer.Ordinal);
    }

    private static ModelVariable Unknown(string name) => new(name, Values.PvKind.None);

    [GeneratedRegex(@"^[A-Za-z_]\w*$")]
    private static partial Regex Identifier();
}
