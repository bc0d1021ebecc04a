using System.Security.Cryptography;

namespace ModelManager.Registry;

/// <summary>Whether the files of an entry are those of its manifest.</summary>
internal static class EntryCheck
{
    /// <summary>Null when all is well, else what is wrong: a missing, additional, resized or changed file.</summary>
    /// <param name="hashes">Also the bytes, not only names and sizes.</param>
    public static async Task<string?> Problem(string folder, CacheManifest manifest, bool hashes, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
            return "its files are gone";
        var present = Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Where(path => !Directory.Exists(path) || new DirectoryInfo(path).LinkTarget is not null)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')).ToHashSet();
        foreach (var file in manifest.Files)
        {
            var info = new FileInfo(Path.Combine(folder, file.Path));
            if (!present.Remove(file.Path) || info.LinkTarget is not null)
                return $"'{file.Path}' is missing";
            if (info.Length != file.Size)
                return $"'{file.Path}' has {info.Length} bytes instead of {file.Size}";
            if (!hashes)
                continue;
            await using var stream = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation)) != file.Sha256)
                return $"'{file.Path}' has other bytes than were downloaded";
        }
        return present.Count == 0 ? null : $"'{present.Order().First()}' does not belong there";
    }
}
