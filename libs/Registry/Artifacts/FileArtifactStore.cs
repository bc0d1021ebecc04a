using System.Runtime.CompilerServices;

namespace ModelManager.Registry;

/// <summary>A local folder, confined to the roots the operator named. Symbolic links are not followed: a registered <c>file:///etc</c> is an attack.</summary>
internal sealed class FileArtifactStore : IArtifactStore
{
    private readonly string _folder;

    private FileArtifactStore(string folder) => _folder = folder;

    public string Root => _folder;

    public bool CanResume => true;

    /// <param name="folder">Absolute.</param>
    /// <param name="roots">Absolute. What they are links to themselves is the operator's business.</param>
    /// <exception cref="ArtifactRefusedException">Outside every root, or reached through a link.</exception>
    public static FileArtifactStore Open(string folder, IReadOnlyList<string> roots)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var root = roots.Select(Path.TrimEndingDirectorySeparator).FirstOrDefault(root => folder == root || folder.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            ?? throw new ArtifactRefusedException($"the folder '{folder}' is refused: it lies outside {(roots.Count == 0 ? "any allowed folder (none is set)" : string.Join(", ", roots))}. If models may be read from there, name it in MODEL_MANAGER_ARTIFACT_ROOT");
        for (var at = root.Length; at < folder.Length;)
        {
            var next = folder.IndexOf(Path.DirectorySeparatorChar, at + 1);
            at = next < 0 ? folder.Length : next;
            RefuseLink(new DirectoryInfo(folder[..at]));
        }
        return new FileArtifactStore(folder);
    }

    public async IAsyncEnumerable<RemoteFile> List(string folder, bool recurse, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        var start = new DirectoryInfo(Path.Combine(_folder, folder));
        if (!start.Exists)
            yield break;
        var waiting = new Stack<DirectoryInfo>([start]);
        while (waiting.TryPop(out var next))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in Entries(next))
            {
                RefuseLink(entry);
                if (entry is FileInfo file)
                    yield return new RemoteFile(Path.GetRelativePath(_folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.Length, Mark(file));
                else if (recurse)
                    waiting.Push((DirectoryInfo)entry);
            }
        }
    }

    public Task<Stream> Open(RemoteFile file, long offset, CancellationToken cancellation)
    {
        var path = Path.Combine(_folder, file.Path);
        try
        {
            var info = new FileInfo(path);
            RefuseLink(info);
            if (!info.Exists)
                throw new ArtifactNotFoundException($"'{file.Path}' is gone from {_folder}");
            if (Mark(info) != file.ETag)
                throw new ArtifactChangedException($"'{file.Path}' in {_folder} was changed while the model was read");
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Position = offset;
            return Task.FromResult<Stream>(stream);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new RegistryAccessException($"'{path}' cannot be read: {denied.Message}", denied);
        }
    }

    private IEnumerable<FileSystemInfo> Entries(DirectoryInfo folder)
    {
        try
        {
            return folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }).ToList();
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new RegistryAccessException($"'{folder.FullName}' under {_folder} cannot be read: {denied.Message}", denied);
        }
    }

    private static string Mark(FileInfo file) => $"{file.Length:x}-{file.LastWriteTimeUtc.Ticks:x}";

    private static void RefuseLink(FileSystemInfo entry)
    {
        if (entry.LinkTarget is not null)
            throw new ArtifactRefusedException($"'{entry.FullName}' is refused: it is a symbolic link, and models are copied from plain files only");
        if (entry is FileInfo { Exists: true } && (entry.Attributes & FileAttributes.Device) != 0)
            throw new ArtifactRefusedException($"'{entry.FullName}' is refused: it is a device");
    }
}
