namespace ModelManager.Registry;

/// <summary>Where downloaded models are kept and how much.</summary>
/// <param name="Folder">Owned by this program (made with mode 0700); may be shared by several silos of one machine.</param>
public sealed record CacheOptions(string Folder)
{
    /// <summary>All entries together.</summary>
    public long MaxBytes { get; init; } = 20L << 30;

    /// <summary>Left free on the disk, whatever the quota says.</summary>
    public long MinFreeBytes { get; init; } = 512L << 20;

    /// <summary>Files of one model.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>Bytes of one model.</summary>
    public long MaxModelBytes { get; init; } = 10L << 30;

    /// <summary>Files fetched at a time.</summary>
    public int Parallel { get; init; } = 3;

    /// <summary>A download that brings nothing for this long is broken off and tried again.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tries per file, the first included.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>After a failure the store is left alone this long, doubling up to <see cref="MaxPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Bytes free where the folder lies; replaced by tests.</summary>
    internal Func<string, long> FreeBytes { get; init; } = static folder => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <summary>How a file is made; replaced by tests that want a full disk.</summary>
    internal Func<string, Stream> CreateFile { get; init; } = static path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
}
