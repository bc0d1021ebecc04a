using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace ModelManager.Epics.Net;

/// <summary>The IPv4 addresses of this machine and their broadcast addresses; host names.</summary>
internal static class NetworkAddresses
{
    /// <summary>Addresses of interfaces that are up, loopback included.</summary>
    public static ImmutableArray<(IPAddress Address, IPAddress? Broadcast)> All()
    {
        var found = ImmutableArray.CreateBuilder<(IPAddress, IPAddress?)>();
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (network.OperationalStatus is not (OperationalStatus.Up or OperationalStatus.Unknown))
                continue;
            foreach (var unicast in network.GetIPProperties().UnicastAddresses)
                if (unicast.Address.AddressFamily == AddressFamily.InterNetwork)
                    found.Add((unicast.Address, network.NetworkInterfaceType == NetworkInterfaceType.Loopback ? null : BroadcastOf(unicast)));
        }
        return found.ToImmutable();
    }

    /// <summary>Those of a list, or all where it is empty.</summary>
    public static ImmutableArray<(IPAddress Address, IPAddress? Broadcast)> Of(ImmutableArray<EpicsAddress> interfaces)
    {
        var all = All();
        if (interfaces.IsEmpty)
            return all;
        var wanted = interfaces.Select(entry => Resolve(entry.Host)).ToHashSet();
        if (wanted.Contains(IPAddress.Any))
            return all;
        return [.. all.Where(entry => wanted.Contains(entry.Address)), .. wanted.Where(address => !all.Any(entry => entry.Address.Equals(address))).Select(address => (address, (IPAddress?)null))];
    }

    /// <exception cref="FormatException">The host has no IPv4 address.</exception>
    public static IPAddress Resolve(string host)
    {
        if (IPAddress.TryParse(host, out var address))
            return address;
        try
        {
            return Dns.GetHostAddresses(host, AddressFamily.InterNetwork).FirstOrDefault() ?? throw new FormatException($"host '{host}' has no IPv4 address");
        }
        catch (SocketException problem)
        {
            throw new FormatException($"host '{host}': {problem.Message}");
        }
    }

    private static IPAddress? BroadcastOf(UnicastIPAddressInformation unicast)
    {
        if (unicast.PrefixLength is 0 or > 30)
            return null;
        var address = unicast.Address.GetAddressBytes();
        var mask = uint.MaxValue << (32 - unicast.PrefixLength);
        for (var i = 0; i < 4; i++)
            address[i] |= (byte)~(mask >> (24 - 8 * i));
        return new(address);
    }
}
