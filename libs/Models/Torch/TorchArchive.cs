using System.IO.Compression;

namespace ModelManager.Models.Torch;

/// <summary>What <c>torch.save</c> writes since 1.6: a zip with <c>ROOT/data.pkl</c> and one <c>ROOT/data/N</c> per storage. Read in memory, within <see cref="TorchLimits"/>.</summary>
internal sealed class TorchArchive : IDisposable
{
    private static ReadOnlySpan<byte> DirectoryEntry => "PK\u0001\u0002"u8;

    private const string ConstantsEntry = "constants.pkl";

    private readonly ZipArchive _zip;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly string _root;

    private TorchArchive(string file, ZipArchive zip, TorchLimits limits, long fileBytes)
    {
        File = file;
        Limits = limits;
        _zip = zip;
        Check(fileBytes);
        _root = FindRoot();
    }

    public string File { get; }
    public TorchLimits Limits { get; }

    /// <summary>It is TorchScript (<c>torch.jit.save</c>): code beside the numbers.</summary>
    public bool IsScript => _entries.ContainsKey(_root + ConstantsEntry);

    /// <summary>The constants of a TorchScript file.</summary>
    public ReadOnlyMemory<byte> Constants => Read(_root + ConstantsEntry, Limits.PickleBytes);

    public ReadOnlyMemory<byte> Pickle => Read(_root + "data.pkl", Limits.PickleBytes);

    /// <exception cref="TorchFileException">Not such a zip, or beyond the limits.</exception>
    public static TorchArchive Open(string file, byte[] bytes, TorchLimits limits)
    {
        if (bytes.LongLength > limits.FileBytes)
            throw new TorchFileException(file, $"{bytes.LongLength:N0} bytes; at most {limits.FileBytes:N0} are read");
        if (!bytes.AsSpan().StartsWith("PK"u8))
            throw new TorchFileException(file, "not a zip file. Only the format of torch 1.6 and newer is read; load it there once and save it again with torch.save");
        // Counted before the zip library lists them: a directory of millions of entries costs gigabytes there.
        var listed = bytes.AsSpan().Count(DirectoryEntry);
        if (listed > limits.Entries)
            throw new TorchFileException(file, $"a zip of {listed:N0} entries; at most {limits.Entries:N0} are read");
        ZipArchive? zip = null;
        try
        {
            zip = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read);
            return new TorchArchive(file, zip, limits, bytes.LongLength);
        }
        catch (InvalidDataException broken)
        {
            zip?.Dispose();
            throw new TorchFileException(file, $"a broken zip file, perhaps cut short ({broken.Message})", broken);
        }
        catch (TorchFileException)
        {
            zip!.Dispose();
            throw;
        }
    }

    /// <param name="folder"><c>data/</c>, or <c>constants/</c> of a TorchScript file.</param>
    /// <param name="key">The number of the storage, as the pickle names it.</param>
    public ReadOnlyMemory<byte> Storage(string folder, string key) => Read($"{_root}{folder}{key}", int.MaxValue);

    /// <summary>A file of TorchScript text (<c>code/...py</c>); null where there is none of that name.</summary>
    public ReadOnlyMemory<byte>? Code(string name) => _entries.ContainsKey(_root + name) ? Read(_root + name, Limits.PickleBytes) : null;

    public void Dispose() => _zip.Dispose();

    private void Check(long fileBytes)
    {
        long packed = 0, unpacked = 0;
        foreach (var entry in _zip.Entries)
        {
            if (!_entries.TryAdd(entry.FullName, entry))
                throw new TorchFileException(File, $"two entries are called '{entry.FullName}'");
            if (entry.Length > (long)Limits.Ratio * Math.Max(1, entry.CompressedLength))
                throw new TorchFileException(File, $"entry '{entry.FullName}' unpacks {entry.CompressedLength:N0} bytes to {entry.Length:N0}, as zip bombs do; torch.save does not compress");
            packed += entry.CompressedLength;
            unpacked += entry.Length;
        }
        if (unpacked > Limits.UnpackedBytes)
            throw new TorchFileException(File, $"unpacks to {unpacked:N0} bytes; at most {Limits.UnpackedBytes:N0} are read");
        if (packed > fileBytes)
            throw new TorchFileException(File, "its entries overlap, as in zip bombs");
    }

    private string FindRoot()
    {
        const string pickle = "data.pkl";
        var found = _entries.Keys.Where(name => name == pickle || name.EndsWith("/" + pickle, StringComparison.Ordinal)).ToList();
        if (found.Count == 0)
            throw new TorchFileException(File, _entries.Keys.Any(name => name.Contains("models/", StringComparison.Ordinal) || name.EndsWith(".json", StringComparison.Ordinal))
                ? "no data.pkl in it: perhaps a torch.export (.pt2) file, which only the Python runtime can run"
                : "no data.pkl in it: not a file of torch.save");
        if (found.Count > 1)
            throw new TorchFileException(File, $"{found.Count} entries are called data.pkl ({string.Join(", ", found.Take(3))})");
        var root = found[0][..^pickle.Length];
        if (_entries.ContainsKey(root + "byteorder") && !Read(root + "byteorder", 16).AsSpan().SequenceEqual("little"u8))
            throw new TorchFileException(File, "written on a big-endian machine, which is not read");
        return root;
    }

    private byte[] Read(string name, int limit)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw new TorchFileException(File, $"entry '{name}' is missing");
        if (entry.Length > limit)
            throw new TorchFileException(File, $"entry '{name}' has {entry.Length:N0} bytes; at most {limit:N0} are read");
        try
        {
            var bytes = new byte[entry.Length];
            using var stream = entry.Open();
            stream.ReadExactly(bytes);
            if (stream.ReadByte() >= 0)
                throw new TorchFileException(File, $"entry '{name}' is longer than the {entry.Length:N0} bytes it declares");
            return bytes;
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or NotSupportedException)
        {
            throw new TorchFileException(File, $"entry '{name}' cannot be read ({broken.Message})", broken);
        }
    }
}
