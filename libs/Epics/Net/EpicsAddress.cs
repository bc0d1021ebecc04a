using System.Collections.Immutable;
using System.Globalization;

namespace ModelManager.Epics;

/// <summary>One entry of an EPICS address list: <c>host[:port][,TTL#][@interface]</c>; IPv6 in brackets (pvxs documentation, "Address specifications").</summary>
/// <param name="Port">0 = the default of the list.</param>
/// <param name="Ttl">Multicast hops; null = the default of the system.</param>
public readonly record struct EpicsAddress(string Host, int Port = 0, int? Ttl = null, string? Interface = null)
{
    /// <exception cref="FormatException">Not an address; the message names what is wrong.</exception>
    public static EpicsAddress Parse(string text)
    {
        var rest = text.Trim();
        string? networkInterface = null;
        int? ttl = null;
        if (rest.LastIndexOf('@') is >= 0 and var at)
            (networkInterface, rest) = (rest[(at + 1)..], rest[..at]);
        if (rest.LastIndexOf(',') is >= 0 and var comma)
        {
            ttl = int.TryParse(rest[(comma + 1)..], CultureInfo.InvariantCulture, out var hops) && hops is >= 0 and <= 255 ? hops
                : throw new FormatException($"address '{text}': '{rest[(comma + 1)..]}' is not a number of hops (0 to 255)");
            rest = rest[..comma];
        }
        var (host, port) = SplitPort(text, rest);
        if (host.Length == 0)
            throw new FormatException($"address '{text}': the host is missing");
        return new(host, port, ttl, networkInterface);
    }

    /// <inheritdoc cref="Parse"/>
    public static implicit operator EpicsAddress(string text) => Parse(text);

    /// <summary>A list separated by white space; empty for an empty text.</summary>
    public static ImmutableArray<EpicsAddress> ParseList(string? text) =>
        [.. (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    private static (string Host, int Port) SplitPort(string text, string rest)
    {
        if (rest.StartsWith('['))
        {
            var close = rest.IndexOf(']');
            if (close < 0)
                throw new FormatException($"address '{text}': ']' is missing");
            var after = rest[(close + 1)..];
            return (rest[1..close], after.StartsWith(':') ? PortOf(text, after[1..]) : after.Length == 0 ? 0 : throw new FormatException($"address '{text}': '{after}' behind ']'"));
        }
        // More than one colon without brackets is an IPv6 address without a port.
        var colon = rest.IndexOf(':');
        return colon < 0 || colon != rest.LastIndexOf(':') ? (rest, 0) : (rest[..colon], PortOf(text, rest[(colon + 1)..]));
    }

    private static int PortOf(string text, string port) =>
        int.TryParse(port, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? number
            : throw new FormatException($"address '{text}': '{port}' is not a port (1 to 65535)");

    public override string ToString() =>
        (Host.Contains(':') ? $"[{Host}]" : Host) + (Port > 0 ? $":{Port}" : "") + (Ttl is { } ttl ? $",{ttl}" : "") + (Interface is null ? "" : "@" + Interface);
}
