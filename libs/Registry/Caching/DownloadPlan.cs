using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelManager.Registry;

/// <summary>All files of one model before the first byte is fetched: where from, where to, and how large.</summary>
/// <param name="Configuration">Target path of the <c>pv_mapping(s).yaml</c> that counts, or null.</param>
public sealed record DownloadPlan(PinnedVersion Version, ImmutableArray<PlannedFile> Files, string? Configuration)
{
    /// <summary>Places that could not be searched, with the reason.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Sum of the known sizes.</summary>
    public long Bytes => Files.Sum(file => file.Remote.Size ?? 0);

    /// <summary>Changes when any file is added, removed, resized or (where the store has ETags) replaced.</summary>
    public string ListingDigest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(
        Files.OrderBy(file => file.Target, StringComparer.Ordinal)
            .Select(file => $"{file.Target}\0{file.Remote.Size?.ToString(CultureInfo.InvariantCulture)}\0{file.Remote.ETag}\n")
            .Append(Configuration)))));

    /// <summary>Refuses what must not be stored.</summary>
    /// <exception cref="ArtifactRefusedException">Paths, number or size.</exception>
    /// <exception cref="ArtifactNotFoundException">There is no file at all.</exception>
    internal void Check(CacheOptions limits)
    {
        var what = $"model {Version.Name} version {Version.Version}";
        if (Files.IsEmpty)
            throw new ArtifactNotFoundException($"{what} has no files at {SafeUri.Text(Version.ArtifactUri)}: they were deleted, or the credentials see another store");
        foreach (var file in Files)
        {
            ArtifactPath.Check(file.Target, file.Store.Root);
            if (file.Remote.Size < 0)
                throw new ArtifactRefusedException($"'{file.Target}' under {file.Store.Root} is refused: it claims {file.Remote.Size} bytes");
        }
        ArtifactPath.CheckTogether(Files.Select(file => file.Target), SafeUri.Text(Version.ArtifactUri));
        if (Files.Length > limits.MaxFiles)
            throw new ArtifactRefusedException($"{what} is refused: {Files.Length} files are more than the {limits.MaxFiles} a model may have");
        if (Bytes > limits.MaxModelBytes)
            throw new ArtifactRefusedException($"{what} is refused: {Bytes} bytes are more than the {limits.MaxModelBytes} a model may have");
    }
}

/// <param name="Target">Path in the cache entry, relative.</param>
public sealed record PlannedFile(IArtifactStore Store, RemoteFile Remote, string Target);
