namespace ModelManager.Benchmarks.Models;

/// <summary>A copy of the LCLS model whose YAML asks for single precision, gone after the run.</summary>
internal sealed class LclsFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("lcls-single-").FullName;

    /// <returns>The path of the changed YAML.</returns>
    public string SinglePrecision(string yaml)
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(yaml)!, "*.pt"))
            File.Copy(file, Path.Combine(_path, Path.GetFileName(file)));
        var copy = Path.Combine(_path, "single.yml");
        File.WriteAllText(copy, File.ReadAllText(yaml) + "\nprecision: single\n");
        return copy;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
