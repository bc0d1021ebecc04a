namespace ModelManager.Registry;

/// <summary>Advisory locks between processes: <c>flock</c> on Unix, share modes on Windows. The kernel frees them when a process dies.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    /// <summary>The lock, or null while anyone holds it in either way.</summary>
    public static FileStream? TryExclusive(string path) => Try(path, FileAccess.ReadWrite, FileShare.None);

    /// <summary>The lock, or null while someone holds it exclusively.</summary>
    public static FileStream? TryShared(string path)
    {
        // A shared flock needs a file opened for reading only, so it must exist.
        if (!File.Exists(path))
            using (Try(path, FileAccess.ReadWrite, FileShare.ReadWrite)) { }
        return Try(path, FileAccess.Read, FileShare.Read);
    }

    /// <summary>Waits for the lock. There is no event for it across processes, hence the polling.</summary>
    public static async Task<FileStream> Exclusive(string path, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            if (TryExclusive(path) is { } held)
                return held;
            await Task.Delay(Poll, time, cancellation);
        }
    }

    private static FileStream? Try(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate, access, share, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
