using System.Net;
using System.Net.NetworkInformation;

namespace ModelManager.Connectors.Epics;

/// <summary>Whether a connection comes from this machine.</summary>
internal static class ThisHost
{
    /// <param name="address">Of the other end; null = not known, which is nowhere.</param>
    public static bool Has(IPAddress? address)
    {
        if (address is null)
            return false;
        var seen = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(seen) || NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Any(own => own.Address.Equals(seen));
    }
}
