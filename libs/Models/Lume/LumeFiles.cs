using System.Security.Cryptography;
using System.Text;

namespace ModelManager.Models.Lume;

/// <summary>The files a model was read from, in the order they were asked for, each read once: what is hashed is what is loaded.</summary>
internal sealed class LumeFiles(string folder)
{
    private const long MaxBytes = 1L << 30;
    private readonly List<(string Name, byte[] Bytes)> _files = [];

    public string Folder { get; } = folder;

    /// <exception cref="ModelException">It is missing or cannot be read.</exception>
    public byte[] Read(string name) => TryRead(name)
        ?? throw new ModelException($"{name}: this file, which the model's YAML names, is not in {Folder}{Alternatives(name)}");

    public byte[]? TryRead(string name)
    {
        foreach (var known in _files)
            if (known.Name == name)
                return known.Bytes;
        var path = Path.Combine(Folder, name);
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return null;
            if (file.Length > MaxBytes)
                throw new ModelException($"{name}: {file.Length:N0} bytes; at most {MaxBytes:N0} are read");
            var bytes = File.ReadAllBytes(path);
            _files.Add((name, bytes));
            return bytes;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{name}: cannot be read from {Folder}: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>SHA-256 over name and content of every file read so far.</summary>
    /// <param name="besides">What else makes it this model.</param>
    public string Digest(string besides = "")
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        all.AppendData(Encoding.UTF8.GetBytes(besides));
        foreach (var (name, bytes) in _files)
        {
            all.AppendData(Encoding.UTF8.GetBytes(name + "\0"));
            all.AppendData(SHA256.HashData(bytes));
        }
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private string Alternatives(string name)
    {
        var folder = Path.Combine(Folder, Path.GetDirectoryName(name) ?? "");
        var others = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(static f => Path.GetExtension(f) is ".pt" or ".pth" or ".jit").Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(8).ToList() : [];
        return others.Count > 0 ? $" (it has {string.Join(", ", others)})" : "";
    }
}
