namespace ModelManager.Fuzz.ChannelAccess;

/// <summary>Makes new inputs from known ones: flips, cuts, doublings, splices, and numbers that hurt in the places where numbers stand.</summary>
public sealed class CaMutator(int seed)
{
    private static readonly byte[][] s_numbers =
    [
        [0, 0], [0, 1], [0xFF, 0xFF], [0x7F, 0xFF], [0x80, 0], [0xFF, 0xFE], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0, 1, 0, 0],
    ];

    private readonly Random _random = new(seed);

    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        var bytes = corpus[_random.Next(corpus.Count)].ToList();
        for (var times = _random.Next(1, 5); times > 0; times--)
            Mutate(bytes, corpus);
        if (bytes.Count > 4096)
            bytes.RemoveRange(4096, bytes.Count - 4096);
        return [.. bytes];
    }

    private void Mutate(List<byte> bytes, IReadOnlyList<byte[]> corpus)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)_random.Next(256));
            return;
        }
        var at = _random.Next(bytes.Count);
        switch (_random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, Math.Min(_random.Next(1, 17), bytes.Count - at));
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(_random.Next(1, 41), bytes.Count - at)));
                break;
            case 4:
                var other = corpus[_random.Next(corpus.Count)];
                if (other.Length > 0)
                    bytes.InsertRange(at & ~7, other.Skip(_random.Next(other.Length) & ~7));
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                var number = s_numbers[_random.Next(s_numbers.Length)];
                var place = at & ~1;
                for (var i = 0; i < number.Length && place + i < bytes.Count; i++)
                    bytes[place + i] = number[i];
                break;
        }
    }
}
