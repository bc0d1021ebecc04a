using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>Addresses of this host and of address lists.</summary>
internal static class CaInterfaces
{
    /// <summary>The broadcast addresses of every interface that is up; the loopback one only where there is no other.</summary>
    public static List<IPAddress> Broadcasts()
    {
        List<IPAddress> found = [];
        var loopback = true;
        foreach (var (network, address, mask) in Addresses())
        {
            var isLoopback = network.NetworkInterfaceType == NetworkInterfaceType.Loopback;
            if (isLoopback)
                continue;
            loopback = false;
            found.Add(Broadcast(address, mask));
        }
        if (loopback)
            found.Add(IPAddress.Loopback);
        return found;
    }

    /// <summary>The broadcast address of the interface that has this address; null when none has.</summary>
    public static IPAddress? BroadcastOf(IPAddress address)
    {
        foreach (var (_, own, mask) in Addresses())
            if (own.Equals(address))
                return Broadcast(own, mask);
        return null;
    }

    /// <summary>Reads <c>host[:port]</c>; names are looked up.</summary>
    /// <exception cref="FormatException">It is neither an address nor a name that can be found.</exception>
    public static IPEndPoint Parse(string text, int defaultPort)
    {
        var colon = text.LastIndexOf(':');
        var (host, port) = (text, defaultPort);
        if (colon > 0)
        {
            host = text[..colon];
            if (!int.TryParse(text[(colon + 1)..], out port) || port is <= 0 or > ushort.MaxValue)
                throw new FormatException($"'{text}' has no valid port: write host or host:port");
        }
        if (IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork)
            return new(address, port);
        try
        {
            var resolved = Dns.GetHostAddresses(host, AddressFamily.InterNetwork);
            if (resolved.Length > 0)
                return new(resolved[0], port);
        }
        catch (SocketException problem)
        {
            throw new FormatException($"'{host}' is no IPv4 address and its name cannot be found ({problem.SocketErrorCode})", problem);
        }
        throw new FormatException($"'{host}' has no IPv4 address; Channel Access has no other");
    }

    private static IEnumerable<(NetworkInterface Network, IPAddress Address, IPAddress Mask)> Addresses()
    {
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (network.OperationalStatus is not (OperationalStatus.Up or OperationalStatus.Unknown))
                continue;
            foreach (var unicast in network.GetIPProperties().UnicastAddresses)
                if (unicast.Address.AddressFamily == AddressFamily.InterNetwork)
                    yield return (network, unicast.Address, unicast.IPv4Mask);
        }
    }

    private static IPAddress Broadcast(IPAddress address, IPAddress mask)
    {
        var bytes = address.GetAddressBytes();
        var masks = mask.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] |= (byte)~masks[i];
        return new(bytes);
    }
}
