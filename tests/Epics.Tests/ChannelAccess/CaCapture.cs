using System.Globalization;
using System.Text.RegularExpressions;
using ModelManager.Testing;

namespace ModelManager.Epics.Tests.ChannelAccess;

/// <summary>A captured conversation: lines of <c>time C>S|S>C udp src&gt;dst len=N hex</c> or <c>tcp[stream] len=N hex</c>.</summary>
internal sealed partial class CaCapture
{
    /// <summary>One datagram, or one piece of a TCP stream.</summary>
    public sealed record Piece(bool FromClient, int Stream, string Ports, byte[] Bytes)
    {
        public bool IsUdp => Stream < 0;
    }

    private CaCapture(string name, List<Piece> pieces, bool isElided) => (Name, Pieces, IsElided) = (name, pieces, isElided);

    public string Name { get; }

    /// <summary>Ends before an elided line, so the last message of a stream may be incomplete.</summary>
    public bool IsElided { get; }

    public IReadOnlyList<Piece> Pieces { get; }

    /// <summary>The captures of Channel Access conversations, each up to its first elided line.</summary>
    public static readonly string[] Names =
    [
        "ca-get-big", "ca-get-ctrl", "ca-get-img", "ca-get-time", "ca-get", "ca-monitor-cycle", "ca-monitor-wf", "ca-nameserver", "ca-put-big",
        "ca-put-ext", "ca-put-fail", "ca-put-notify", "ca-put-string-enum", "ca-put",
    ];

    public static TheoryData<string> All() => [.. Names];

    public static CaCapture Load(string name)
    {
        var pieces = new List<Piece>();
        var isElided = false;
        foreach (var line in File.ReadLines(SharedData.Require($"data/epics-captures/{name}.txt")))
        {
            if (line.StartsWith('#') || line.Contains("<SYN") || line.Contains("<FIN") || line.Contains("<RST"))
                continue;
            if (line.Contains("elided"))
            {
                isElided = true;
                break;
            }
            var match = Line().Match(line);
            if (!match.Success)
                throw new FormatException($"{name}: {line}");
            var stream = match.Groups["stream"].Success ? int.Parse(match.Groups["stream"].Value, CultureInfo.InvariantCulture) : -1;
            pieces.Add(new(match.Groups["way"].Value == "C>S", stream, match.Groups["ports"].Value, Convert.FromHexString(match.Groups["hex"].Value)));
        }
        return new(name, pieces, isElided);
    }

    /// <summary>One direction of one TCP connection, joined.</summary>
    public byte[] Joined(int stream, bool fromClient) =>
        [.. Pieces.Where(p => p.Stream == stream && p.FromClient == fromClient).SelectMany(p => p.Bytes)];

    public IEnumerable<int> Streams => Pieces.Where(p => !p.IsUdp).Select(p => p.Stream).Distinct();

    /// <summary>Datagrams of Channel Access; in mixed captures those to or from its ports. 0xCA begins pvAccess.</summary>
    public IEnumerable<Piece> Datagrams => Pieces.Where(p => p.IsUdp && p.Bytes[0] != 0xCA && (Name.StartsWith("ca-", StringComparison.Ordinal) || CaPorts().IsMatch(p.Ports)));

    [GeneratedRegex(@"^\S+ (?<way>C>S|S>C) (udp (?<ports>\S+)|tcp\[(?<stream>\d+)\]) len=\d+ (?<hex>[0-9a-f]+)$")]
    private static partial Regex Line();

    [GeneratedRegex(@":506[45](>|$)")]
    private static partial Regex CaPorts();
}
