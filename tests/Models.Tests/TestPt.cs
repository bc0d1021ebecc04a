using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace ModelManager.Models.Tests;

/// <summary>Writes <c>.pt</c> files as no torch would: pickle opcodes by hand, storages of any length.</summary>
internal sealed partial class TestPt
{
    private readonly MemoryStream _pickle = new();
    private readonly Dictionary<string, byte[]> _entries = [];

    public TestPt() => Op(0x80, 2);

    public TestPt Op(params byte[] bytes)
    {
        _pickle.Write(bytes);
        return this;
    }

    public TestPt Global(string module, string name) => Op((byte)'c').Op(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public TestPt Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        return Op((byte)'X').Op(length).Op(bytes);
    }

    public TestPt Long(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Op(0x8a, 8).Op(bytes);
    }

    public TestPt Longs(params long[] values)
    {
        Op((byte)'(');
        foreach (var value in values)
            Long(value);
        return Op((byte)'t');
    }

    public TestPt Storage(string key, long elements, byte[] bytes, string type = "DoubleStorage")
    {
        _entries["root/data/" + key] = bytes;
        return Op((byte)'(').Text("storage").Global("torch", type).Text(key).Text("cpu").Long(elements).Op((byte)'t', (byte)'Q');
    }

    /// <summary>A tensor over storage "0" of that many doubles: 0, 1, 2, ...</summary>
    public TestPt Tensor(int elements, long offset, long[] size, long[] stride)
    {
        var bytes = new byte[elements * 8];
        for (var i = 0; i < elements; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * 8), i);
        return Tensor(elements, bytes, offset, size, stride);
    }

    public TestPt Tensor(long declared, byte[] bytes, long offset, long[] size, long[] stride) => Tensor("0", declared, bytes, offset, size, stride);

    public TestPt Tensor(string key, long declared, byte[] bytes, long offset, long[] size, long[] stride) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op((byte)'(').Storage(key, declared, bytes).Long(offset).Longs(size).Longs(stride)
            .Op(0x89).Global("collections", "OrderedDict").Op((byte)')', (byte)'R').Op((byte)'t', (byte)'R');

    public TestPt Entry(string name, byte[] bytes)
    {
        _entries[name] = bytes;
        return this;
    }

    /// <summary>The file, its pickle ended with STOP.</summary>
    public byte[] Save(CompressionLevel compression = CompressionLevel.NoCompression)
    {
        Op((byte)'.');
        return Zip([("root/data.pkl", _pickle.ToArray()), .. _entries.Select(e => (e.Key, e.Value))], compression);
    }

    public static byte[] Zip(IEnumerable<(string Name, byte[] Bytes)> entries, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in entries)
            {
                using var entry = zip.CreateEntry(name, compression).Open();
                entry.Write(bytes);
            }
        return file.ToArray();
    }

    /// <summary>The classes and functions a file names.</summary>
    public static IEnumerable<string> GlobalsOf(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        var pickle = new MemoryStream();
        zip.Entries.Single(e => e.FullName.EndsWith("data.pkl", StringComparison.Ordinal)).Open().CopyTo(pickle);
        return GlobalPattern().Matches(Encoding.Latin1.GetString(pickle.ToArray())).Select(m => $"{m.Groups[1]}.{m.Groups[2]}");
    }

    [GeneratedRegex("c([A-Za-z_][A-Za-z0-9_.]*)\n([A-Za-z_][A-Za-z0-9_]*)\n")]
    private static partial Regex GlobalPattern();
}
