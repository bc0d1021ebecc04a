using System.Runtime.InteropServices;

namespace ModelManager.Registry;

/// <summary>fsync of a folder: a rename survives a power cut only when its folder was synced, and .NET opens no folders.</summary>
internal static partial class DiskSync
{
    /// <summary>Does its best: file systems that cannot sync a folder do not need it.</summary>
    public static void Folder(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(path, 0);
        if (descriptor < 0)
            return;
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
