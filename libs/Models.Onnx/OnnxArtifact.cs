using System.Security.Cryptography;
using System.Text;
using ModelManager.Models.Lume;
using ModelManager.Models.Signatures;

namespace ModelManager.Models.Onnx;

/// <summary>An ONNX model on disk: its file, the files of its external data (inside its folder, or it is refused) and what is declared beside it.</summary>
internal sealed record OnnxArtifact(string Path, byte[] Bytes, OnnxFile File, DeclaredVariables Declared, IReadOnlyList<string> External)
{
    private const long MaxBytes = 1L << 31;
    private const int MaxDepth = 4;

    public string FileName => System.IO.Path.GetFileName(Path);

    /// <exception cref="ModelException">There is none, several, or it cannot be taken; the message names file and cause.</exception>
    public static OnnxArtifact Open(ModelSource source)
    {
        if (source.Factory is { } factory)
            throw new ModelException($"model '{source.Name}' is made by the Python class {factory}, which this runtime does not run");
        var path = Locate(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(source.Path)));
        var name = System.IO.Path.GetFileName(path);
        byte[] bytes;
        try
        {
            if (new FileInfo(path).Length >= MaxBytes)
                throw new ModelException($"{name}: larger than 2 GiB, the most a protobuf file can have; save it with external data");
            bytes = System.IO.File.ReadAllBytes(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read: {unreadable.Message}", unreadable);
        }
        var file = OnnxFile.Read(name, bytes);
        var folder = System.IO.Path.GetDirectoryName(path)!;
        var external = file.ExternalFiles.Select(location => Inside(folder, name, location)).ToList();
        return new(path, bytes, file, DeclaredVariables.In(folder), external);
    }

    /// <summary>SHA-256 over the model, its external data and the names declared beside it.</summary>
    public string Digest()
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(SHA256.HashData(Bytes));
        foreach (var external in External)
        {
            using var stream = System.IO.File.OpenRead(external);
            all.AppendData(SHA256.HashData(stream));
        }
        foreach (var variable in Declared.Inputs.Concat(Declared.Outputs))
            all.AppendData(Encoding.UTF8.GetBytes($"{variable}\0"));
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static string Locate(string path)
    {
        if (System.IO.File.Exists(path))
            return System.IO.Path.GetExtension(path).Equals(".onnx", StringComparison.OrdinalIgnoreCase) ? path
                : System.IO.Path.GetFileName(path) == "MLmodel" ? Locate(System.IO.Path.GetDirectoryName(path)!)
                : throw new ModelException($"{path}: not an .onnx file");
        if (!Directory.Exists(path))
            throw new ModelException($"{path}: no such file or folder");
        if (FlavorFile(path) is { } named)
            return named;
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxDepth, IgnoreInaccessible = true, MatchCasing = MatchCasing.CaseInsensitive };
        var found = Directory.EnumerateFiles(path, "*.onnx", options).Take(20).OrderBy(file => file.Count(c => c == System.IO.Path.DirectorySeparatorChar)).ThenBy(file => file, StringComparer.Ordinal).ToList();
        return found.Count switch
        {
            0 => throw new ModelException($"{path}: no .onnx file in it"),
            1 => found[0],
            _ => throw new ModelException($"{path}: several ONNX models in it ({string.Join(", ", found.Take(6).Select(file => System.IO.Path.GetRelativePath(path, file)))}); give the path of one"),
        };
    }

    // The flavor of MLflow names the file; other .onnx files beside it may be anything.
    private static string? FlavorFile(string folder)
    {
        var mlmodel = System.IO.Path.Combine(folder, "MLmodel");
        if (!System.IO.File.Exists(mlmodel) || YamlText.Read("MLmodel", System.IO.File.ReadAllBytes(mlmodel)) is not YamlMapping yaml || yaml.Mapping("flavors")?.Mapping("onnx") is not { } flavor)
            return null;
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, flavor.Text("data") ?? "model.onnx"));
        if (!path.StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ModelException($"MLmodel: the flavor onnx names {flavor.Text("data")}, which is outside the model's folder");
        if (Directory.Exists(path))
            path = System.IO.Path.Combine(path, "model.onnx");
        return System.IO.File.Exists(path) ? path : throw new ModelException($"MLmodel: the flavor onnx names {flavor.Text("data")}, which is not there");
    }

    private static string Inside(string folder, string name, string location)
    {
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, location));
        if (!path.StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ModelException($"{name}: its external data is at '{location}', outside its folder; only data beside the model is read");
        if (!System.IO.File.Exists(path))
            throw new ModelException($"{name}: its external data '{location}' is not beside it");
        // The file, and each folder between it and the model's.
        for (var part = path; part.Length > folder.Length; part = System.IO.Path.GetDirectoryName(part)!)
            if (new FileInfo(part).ResolveLinkTarget(returnFinalTarget: true) is { } target && !target.FullName.StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new ModelException($"{name}: its external data '{location}' is a link to a file outside its folder; only data beside the model is read");
        return path;
    }
}
