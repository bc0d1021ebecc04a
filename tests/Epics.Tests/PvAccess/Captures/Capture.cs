using ModelManager.Testing;

namespace ModelManager.Epics.Tests.PvAccess;

/// <summary>A recorded conversation between other people's programs: one line a datagram or TCP chunk (shared data, INDEX.txt).</summary>
internal sealed record Capture(string Name, IReadOnlyList<CaptureLine> Lines)
{
    public static string Folder => SharedData.Require("data/epics-captures");

    /// <summary>Names of those that hold pvAccess, without the Channel Access ones.</summary>
    public static IReadOnlyList<string> PvaNames() =>
        [.. Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(name => name != "INDEX" && !name.StartsWith("ca-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static IEnumerable<Capture> Pva() => PvaNames().Select(Load);

    /// <summary>A capture up to its first line with bytes left out.</summary>
    public static Capture Load(string name)
    {
        var lines = new List<CaptureLine>();
        foreach (var text in File.ReadLines(Path.Combine(Folder, name + ".txt")))
        {
            if (text.StartsWith('#') || !text.Contains(" len=", StringComparison.Ordinal))
                continue;
            if (text.Contains("elided", StringComparison.Ordinal))
                break;
            var words = text.Split(' ');
            var udp = words[2] == "udp";
            lines.Add(new CaptureLine(udp ? -1 : int.Parse(words[2][4..^1]), words[1] == "C>S", Convert.FromHexString(words[^1]), udp ? words[3] : ""));
        }
        return new(name, lines);
    }

    public IEnumerable<int> Streams => Lines.Where(line => line.Stream >= 0).Select(line => line.Stream).Distinct();
}

/// <param name="Stream">Which TCP connection; -1 for a datagram.</param>
/// <param name="Addresses">Of a datagram: source>destination.</param>
internal sealed record CaptureLine(int Stream, bool FromClient, byte[] Bytes, string Addresses)
{
    /// <summary>Channel Access shares some of these captures: its ports are not ours.</summary>
    public bool IsPva => Bytes.Length > 0 && Bytes[0] == 0xCA || Stream >= 0;
}
