using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ModelManager.Registry;

/// <summary>What an entry of the cache is and holds; written last, so that an entry with one is complete.</summary>
/// <param name="Key">See <see cref="CacheKey"/>.</param>
/// <param name="Configuration">Path of the <c>pv_mapping(s).yaml</c> that counts, relative to the files, or null.</param>
/// <param name="Digest">See <see cref="DigestOf"/>.</param>
public sealed record CacheManifest(
    int Schema, string Key, PinnedVersion Version, string? Configuration, string Digest, string ListingDigest, DateTimeOffset Fetched, ImmutableArray<ManifestFile> Files)
{
    public const int CurrentSchema = 1;

    /// <summary>Places that could not be searched for extras, with the reason.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public long Bytes => Files.Sum(file => file.Size);

    /// <summary>
    /// SHA-256 over the lines "sha256, two spaces, path, newline" of all files but the configuration, sorted by path: what
    /// <c>find . -type f | sort | xargs sha256sum | sha256sum</c> prints. So a new configuration is not a new model.
    /// </summary>
    public static string DigestOf(IEnumerable<ManifestFile> files) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(
        files.Where(file => !ModelFiles.IsConfiguration(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select(file => $"{file.Sha256}  {file.Path}\n")))));

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Null when absent, unreadable or of another schema: such an entry is not complete.</summary>
    internal static CacheManifest? Read(string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<CacheManifest>(File.ReadAllBytes(path), Json);
            return manifest is { Schema: CurrentSchema, Version: not null, Files.IsDefault: false } ? manifest : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

/// <param name="Origin">The store's root it came from.</param>
public sealed record ManifestFile(string Path, long Size, string Sha256, string? ETag, string Origin);

/// <summary>Identity of a model in the cache: server, place, logged model or run, and the folder of its extras.</summary>
public readonly record struct CacheKey(string Value)
{
    public static CacheKey Of(PinnedVersion version) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\n', version.Server, version.ArtifactUri, version.ModelId ?? version.RunId, version.ExtrasFolder))))[..40]);

    /// <summary>Name of the entry for one state of the remote files.</summary>
    internal string EntryName(string listingDigest) => $"{Value}-{listingDigest[..16]}";

    public override string ToString() => Value;
}
