using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace ModelManager.Registry.Tests.Support;

/// <summary>A store in memory that can be slow, change, break off and lie, as told.</summary>
internal sealed class MemoryStore(bool canResume = true) : IArtifactStore
{
    public ConcurrentDictionary<string, (byte[] Bytes, string? ETag)> Files { get; } = new();

    /// <summary>Listed sizes that are not true.</summary>
    public Dictionary<string, long> ListedSizes { get; } = [];

    /// <summary>Checksums the store claims.</summary>
    public Dictionary<string, string> Md5 { get; } = [];

    public ConcurrentQueue<(string Path, long Offset)> Opened { get; } = new();

    public int Listings;

    /// <summary>Called before each opening.</summary>
    public Func<string, long, Task>? OnOpen { get; set; }

    /// <summary>Called before each listing.</summary>
    public Action? OnList { get; set; }

    /// <summary>Wraps what is read: path, offset, stream.</summary>
    public Func<string, Stream, Stream>? Wrap { get; set; }

    public string Root => "memory:/root";

    public bool CanResume => canResume;

    public static MemoryStore With(params (string Path, string Text)[] files)
    {
        var store = new MemoryStore();
        foreach (var (path, text) in files)
            store.Put(path, text);
        return store;
    }

    public void Put(string path, string text, string? etag = null) => Files[path] = (System.Text.Encoding.UTF8.GetBytes(text), etag ?? $"\"{Guid.NewGuid():N}\"");

    public async IAsyncEnumerable<RemoteFile> List(string folder, bool recurse, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        Interlocked.Increment(ref Listings);
        OnList?.Invoke();
        foreach (var (path, (bytes, etag)) in Files.OrderBy(file => file.Key))
            yield return new RemoteFile(path, ListedSizes.TryGetValue(path, out var size) ? size : bytes.Length, etag, Md5.GetValueOrDefault(path));
    }

    public async Task<Stream> Open(RemoteFile file, long offset, CancellationToken cancellation)
    {
        Opened.Enqueue((file.Path, offset));
        if (OnOpen is { } act)
            await act(file.Path, offset);
        cancellation.ThrowIfCancellationRequested();
        if (!Files.TryGetValue(file.Path, out var found))
            throw new ArtifactNotFoundException($"'{file.Path}' is gone");
        if (file.ETag is not null && found.ETag != file.ETag)
            throw new ArtifactChangedException($"'{file.Path}' changed");
        Stream stream = new MemoryStream(found.Bytes[(int)offset..]);
        return Wrap?.Invoke(file.Path, stream) ?? stream;
    }

    /// <summary>The plan a source would make.</summary>
    public async Task<DownloadPlan> Plan(PinnedVersion version, CancellationToken cancellation)
    {
        var files = new List<PlannedFile>();
        await foreach (var file in List("", true, cancellation))
            files.Add(new(this, file, file.Path));
        return new DownloadPlan(version, [.. files], null);
    }
}

/// <summary>Gives the first bytes, then fails as a torn connection does, or (without a fault) says nothing more.</summary>
/// <param name="fault">Null: it stays silent instead, and says so through <paramref name="silent"/>.</param>
internal sealed class TornStream(Stream inner, int after, Func<Exception>? fault, Action? silent = null) : Stream
{
    private int _left = after;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default)
    {
        if (_left == 0)
        {
            if (fault is not null)
                throw fault();
            silent?.Invoke();
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        var read = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellation);
        _left -= read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
