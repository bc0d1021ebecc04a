using System.IO.MemoryMappedFiles;

namespace ModelManager.Models.Python;

/// <summary>Memory that this process and a worker map: requests in the first part, replies in the rest. The worker removes its name after opening it.</summary>
internal sealed unsafe class SharedSegment : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _disposed;

    private SharedSegment(string path, FileStream stream, long requestBytes, long replyBytes)
    {
        Path = path;
        RequestBytes = requestBytes;
        ReplyBytes = replyBytes;
        _file = MemoryMappedFile.CreateFromFile(stream, null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, Size);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public string Path { get; }
    public long RequestBytes { get; }
    public long ReplyBytes { get; }
    public long Size => RequestBytes + ReplyBytes;

    /// <summary>Null when the folder has no room: the arrays then go through the pipe.</summary>
    /// <remarks>All pages are allocated here. A sparse file would be a bus error, and the end of this process, when a full folder is first noticed in the middle of a copy.</remarks>
    public static SharedSegment? Create(string folder, long requestBytes, long replyBytes)
    {
        var path = System.IO.Path.Combine(folder, $"model-manager-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, PreallocationSize = requestBytes + replyBytes };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var stream = new FileStream(path, options);
            stream.SetLength(requestBytes + replyBytes);
            return new SharedSegment(path, stream, requestBytes, replyBytes);
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            Remove(path);
            return null;
        }
    }

    /// <param name="offset">From the start of the segment.</param>
    public Span<byte> Bytes(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || count < 0 || offset + count > Size)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{count} bytes at {offset} are not inside {Size}");
        return new Span<byte>(_start + offset, count);
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        Remove(Path);
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // The worker removed it, which is the usual case, or the folder is gone.
        }
    }
}
