using System.Net;
using System.Net.Sockets;
using ModelManager.Epics;
using ModelManager.Epics.Net.ChannelAccess;

namespace ModelManager.Connectors.Epics;

/// <summary>Options of Channel Access ends that their own variables do not cover.</summary>
internal static class CaOptions
{
    /// <summary>An address to advertise; a port of 0 is the server's own.</summary>
    /// <exception cref="FormatException">No such host.</exception>
    public static IPEndPoint Advertised(string text)
    {
        var address = EpicsAddress.Parse(text);
        if (IPAddress.TryParse(address.Host, out var known))
            return new(known, address.Port);
        try
        {
            return new(Dns.GetHostAddresses(address.Host, AddressFamily.InterNetwork)[0], address.Port);
        }
        catch (Exception problem) when (problem is SocketException or IndexOutOfRangeException)
        {
            throw new FormatException($"advertise: host '{address.Host}' has no IPv4 address", problem);
        }
    }

    /// <exception cref="FormatException">A variable cannot be read.</exception>
    public static CaClientOptions Client(IReadOnlyDictionary<string, string> variables, EpicsServices services) => CaClientOptions.FromEnvironment(variables) with
    {
        Time = services.Clock,
        Logger = services.Logging.CreateLogger(typeof(CaClient).FullName!),
        OperationTimeout = services.RequestTimeout,
    };
}
