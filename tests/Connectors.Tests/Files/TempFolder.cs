namespace ModelManager.Connectors.Tests.Files;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("mm-files-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a text file with LF line ends.</summary>
    public string Write(string name, params string[] lines)
    {
        System.IO.File.WriteAllText(File(name), string.Concat(lines.Select(l => l + "\n")));
        return File(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
