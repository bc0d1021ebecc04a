namespace ModelManager.Registry;

/// <summary>The layout of the cache on disk. Everything lies on one file system, so that a rename is atomic.</summary>
internal sealed class CacheFolders
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ReadOnlyFolder = UnixFileMode.UserRead | UnixFileMode.UserExecute;
    private const UnixFileMode ReadOnlyFile = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public CacheFolders(string root)
    {
        Root = Path.GetFullPath(root);
        foreach (var folder in (IEnumerable<string>)[Root, Entries, Temporary, Bad, Doomed, Locks, Resolved])
            Make(folder);
    }

    public string Root { get; }
    public string Entries => Path.Combine(Root, "entries");
    public string Temporary => Path.Combine(Root, ".tmp");
    public string Bad => Path.Combine(Root, ".bad");
    public string Doomed => Path.Combine(Root, ".del");
    public string Locks => Path.Combine(Root, ".locks");
    public string Resolved => Path.Combine(Root, ".resolved");

    public string Entry(string name) => Path.Combine(Entries, name);
    public string Files(string name) => Path.Combine(Entries, name, "files");
    public string Manifest(string name) => Path.Combine(Entries, name, "manifest.json");

    /// <summary>Held exclusively while the model of this key is downloaded, by whatever process.</summary>
    public string DownloadLock(string key) => Path.Combine(Locks, key + ".lock");

    /// <summary>Held shared by everyone who uses the entry; its time is that of the last use.</summary>
    public string UseLock(string name) => Path.Combine(Locks, name + ".use");

    public string QuotaLock => Path.Combine(Locks, "quota.lock");

    public static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly);
    }

    /// <summary>Files 0444, folders 0555 below the given one: whoever loads a model does not write beside it.</summary>
    public static void Protect(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(file, ReadOnlyFile);
        foreach (var below in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
            File.SetUnixFileMode(below, ReadOnlyFolder);
    }

    public static void ProtectTop(string folder)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, ReadOnlyFolder);
    }

    /// <summary>Undoes <see cref="Protect"/>, so that the folder can be moved and deleted.</summary>
    public static void Release(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(folder, OwnerOnly);
        foreach (var below in Directory.EnumerateDirectories(folder))
            if (new DirectoryInfo(below).LinkTarget is null)
                Release(below);
    }

    /// <summary>Out of the way by rename, then deleted: a crash between leaves nothing half there.</summary>
    public void Delete(string folder)
    {
        var doomed = Path.Combine(Doomed, Guid.NewGuid().ToString("N"));
        Release(folder);
        Directory.Move(folder, doomed);
        Directory.Delete(doomed, recursive: true);
    }
}
