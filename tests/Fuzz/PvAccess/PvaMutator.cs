namespace ModelManager.Fuzz.PvAccess;

/// <summary>Flips, cuts, repeats, splices and plants values that hurt: sizes, counts, type codes. Repeatable by its seed.</summary>
public sealed class PvaMutator(int seed)
{
    private const int Longest = 8192;

    private static readonly byte[][] Planted =
    [
        [0xFF], [0xFE], [0xFD], [0xFE, 0xFF, 0xFF, 0xFF, 0x7F], [0xFE, 0x00, 0x00, 0x01, 0x00], [0xFE, 1, 0], [0xFD, 1, 0], [0x80, 0, 0], [0x81, 0, 0], [0x82], [0x88], [0x89], [0x8A],
        [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0xCA, 2, 0, 0], [0xCA, 2, 0x80, 0], [0xCA, 2, 0x10, 0], [0xCA, 2, 0x20, 0], [8], [0x10], [0x40], [0x44], [0x88],
    ];

    private readonly Random _random = new(seed);

    public byte[] Next(IReadOnlyList<byte[]> seeds)
    {
        var data = seeds[_random.Next(seeds.Count)].ToArray();
        for (var left = 1 + _random.Next(4); left > 0; left--)
            data = Mutate(data, seeds);
        return data.Length > Longest ? data[..Longest] : data;
    }

    private byte[] Mutate(byte[] data, IReadOnlyList<byte[]> seeds)
    {
        if (data.Length == 0)
            return [(byte)_random.Next(256)];
        var at = _random.Next(data.Length);
        switch (_random.Next(8))
        {
            case 0:
                data[at] ^= (byte)(1 << _random.Next(8));
                return data;
            case 1:
                data[at] = (byte)_random.Next(256);
                return data;
            case 2:
                return data[..at];
            case 3:
                var length = Math.Min(data.Length - at, 1 + _random.Next(32));
                return [.. data[..at], .. data[(at + length)..]];
            case 4:
                var from = _random.Next(data.Length);
                var count = Math.Min(data.Length - from, 1 + _random.Next(64));
                return [.. data[..at], .. data.AsSpan(from, count), .. data[at..]];
            case 5:
                var other = seeds[_random.Next(seeds.Count)];
                var cut = _random.Next(other.Length + 1);
                return [.. data[..at], .. other.AsSpan(cut, Math.Min(other.Length - cut, 256))];
            case 6:
                var planted = Planted[_random.Next(Planted.Length)];
                planted.AsSpan(0, Math.Min(planted.Length, data.Length - at)).CopyTo(data.AsSpan(at));
                return data;
            default:
                var inserted = Planted[_random.Next(Planted.Length)];
                return [.. data[..at], .. inserted, .. data[at..]];
        }
    }
}
