using System.Collections.Immutable;
using System.Net;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>Where datagrams of Channel Access go.</summary>
internal static class CaEndpoints
{
    /// <exception cref="FormatException">The host has no IPv4 address.</exception>
    public static IPEndPoint Of(EpicsAddress address, int defaultPort) => new(NetworkAddresses.Resolve(address.Host), address.Port == 0 ? defaultPort : address.Port);

    /// <summary>A list, and the broadcast addresses of all interfaces where they are wanted too. A host with loopback only has none: there it is loopback itself.</summary>
    public static ImmutableArray<IPEndPoint> Targets(ImmutableArray<EpicsAddress> addresses, bool withBroadcasts, int port)
    {
        var targets = addresses.Select(address => Of(address, port)).ToList();
        if (withBroadcasts)
        {
            var broadcasts = NetworkAddresses.All().Where(a => a.Broadcast is not null).Select(a => a.Broadcast!).DefaultIfEmpty(IPAddress.Loopback);
            targets.AddRange(broadcasts.Select(address => new IPEndPoint(address, port)));
        }
        return [.. targets.Distinct()];
    }

    /// <summary>The broadcast address of the interface with this address; null when there is none.</summary>
    public static IPAddress? BroadcastOf(IPAddress address) => NetworkAddresses.All().FirstOrDefault(a => a.Address.Equals(address)).Broadcast;

    public static bool IsOfThisHost(IPAddress address) => IPAddress.IsLoopback(address) || NetworkAddresses.All().Any(a => a.Address.Equals(address));
}
