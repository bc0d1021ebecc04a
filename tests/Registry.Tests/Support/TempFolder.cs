namespace ModelManager.Registry.Tests.Support;

/// <summary>A folder of one test, deleted with it, read-only parts included.</summary>
public sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("mm-registry-").FullName;

    public string Path { get; }

    public string File(string name, string text)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path))
            if (new DirectoryInfo(folder).LinkTarget is null)
                CacheFolders.Release(folder);
        Directory.Delete(Path, recursive: true);
    }
}
