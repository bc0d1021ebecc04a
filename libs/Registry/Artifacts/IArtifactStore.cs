namespace ModelManager.Registry;

/// <summary>The files under one root: a bucket prefix, a container path, a proxied folder, a local folder. Safe for use from several threads.</summary>
/// <remarks>
/// Errors of every store: <see cref="RegistryUnavailableException"/> (may pass), <see cref="RegistryAccessException"/>, <see cref="ArtifactNotFoundException"/>,
/// <see cref="ArtifactChangedException"/>, <see cref="ArtifactRefusedException"/>.
/// </remarks>
public interface IArtifactStore
{
    /// <summary>The root as it may be shown.</summary>
    string Root { get; }

    /// <summary><see cref="Open"/> can start inside a file, guarded against a change of it.</summary>
    bool CanResume { get; }

    /// <summary>Files under a folder of the root; none where it does not exist. Paths are relative to the root, with forward slashes, and unchecked: see <see cref="ArtifactPath"/>.</summary>
    /// <param name="folder">"" = the root.</param>
    IAsyncEnumerable<RemoteFile> List(string folder, bool recurse, CancellationToken cancellation);

    /// <summary>Opens a listed file; its bytes must be those that were listed.</summary>
    /// <exception cref="ArtifactChangedException">It was replaced since.</exception>
    Task<Stream> Open(RemoteFile file, long offset, CancellationToken cancellation);
}

/// <summary>A file as a store lists it.</summary>
/// <param name="Path">Relative to the store's root.</param>
/// <param name="Size">Bytes; null where the store does not tell.</param>
/// <param name="ETag">The store's own mark of this content, opaque; null where it has none.</param>
/// <param name="Md5">Hex, where the store vouches for it.</param>
public sealed record RemoteFile(string Path, long? Size, string? ETag = null, string? Md5 = null);
