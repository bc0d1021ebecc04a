using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using ModelManager.Models.Lume;
using ModelManager.Models.Signatures;

namespace ModelManager.Models.MlNet;

/// <summary>A zip as <c>MLContext.Model.Save</c> writes it, read whole: what is hashed is what is loaded.</summary>
internal sealed record MlNetArtifact(string Path, byte[] Bytes, DeclaredVariables Declared)
{
    private const long MaxBytes = 1L << 30;
    private const long MaxUnpacked = 4L << 30;
    private const int MaxEntries = 100_000;

    public string FileName => System.IO.Path.GetFileName(Path);

    /// <exception cref="ModelException">There is none, several, or it is not one of ML.NET; the message names the file and the cause.</exception>
    public static MlNetArtifact Open(ModelSource source)
    {
        if (source.Factory is { } factory)
            throw new ModelException($"model '{source.Name}' is made by the Python class {factory}, which this runtime does not run");
        var path = Locate(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(source.Path)));
        if (new FileInfo(path).Length > MaxBytes)
            throw new ModelException($"{System.IO.Path.GetFileName(path)}: more than {MaxBytes:N0} bytes");
        var bytes = File.ReadAllBytes(path);
        if (WhyNot(new MemoryStream(bytes)) is { } reason)
            throw new ModelException($"{System.IO.Path.GetFileName(path)}: {reason}");
        return new(path, bytes, DeclaredVariables.In(System.IO.Path.GetDirectoryName(path)!));
    }

    /// <summary>SHA-256 over the file and the names declared beside it.</summary>
    public string Digest()
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(Bytes);
        foreach (var variable in Declared.Inputs.Concat(Declared.Outputs))
            all.AppendData(Encoding.UTF8.GetBytes($"{variable}\0"));
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static string Locate(string path)
    {
        if (File.Exists(path))
            return IsZip(path) ? path : throw new ModelException($"{path}: not a .zip file");
        if (!Directory.Exists(path))
            throw new ModelException($"{path}: no such file or folder");
        if (FlavorFile(path) is { } named)
            return named;
        var found = Directory.EnumerateFiles(path).Where(IsZip).Where(IsOurs).Order(StringComparer.Ordinal).ToList();
        return found.Count switch
        {
            0 => throw new ModelException($"{path}: no zip of ML.NET in it (one with Schema and TransformerChain/)"),
            1 => found[0],
            _ => throw new ModelException($"{path}: several ML.NET models in it ({string.Join(", ", found.Select(System.IO.Path.GetFileName))}); give the path of one"),
        };
    }

    // MLflow has no flavor for ML.NET; ours is "mlnet: {data: FILE}".
    private static string? FlavorFile(string folder)
    {
        var mlmodel = System.IO.Path.Combine(folder, "MLmodel");
        if (!File.Exists(mlmodel) || YamlText.Read("MLmodel", File.ReadAllBytes(mlmodel)) is not YamlMapping yaml || yaml.Mapping("flavors")?.Mapping("mlnet") is not { } flavor)
            return null;
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, flavor.Text("data") ?? "model.zip"));
        return path.StartsWith(folder + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal) && File.Exists(path)
            ? path
            : throw new ModelException($"MLmodel: the flavor mlnet names {flavor.Text("data") ?? "model.zip"}, which is not in the model's folder");
    }

    private static bool IsOurs(string path)
    {
        using var stream = File.OpenRead(path);
        return WhyNot(stream) is null;
    }

    private static string? WhyNot(Stream stream)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            if (archive.Entries.Count > MaxEntries || archive.Entries.Sum(entry => entry.Length) > MaxUnpacked)
                return $"it unpacks to more than {MaxEntries:N0} entries or {MaxUnpacked:N0} bytes";
            if (!archive.Entries.Any(entry => entry.FullName.Replace('\\', '/').StartsWith("TransformerChain/", StringComparison.Ordinal)))
                return "a zip, but not a model of ML.NET: it has no TransformerChain/";
            return archive.GetEntry("Schema") is null ? "a model of ML.NET without its Schema: save it with the schema of its input (Model.Save(model, data.Schema, file))" : null;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            return $"not a zip, or cut off ({broken.Message})";
        }
    }

    private static bool IsZip(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() is ".zip" or ".mlnet";
}
