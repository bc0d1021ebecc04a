using System.Net;

namespace ModelManager.Epics.PvAccess;

/// <summary>The 16-byte addresses of SEARCH, SEARCH_RESPONSE, BEACON and ORIGIN_TAG: IPv4 as ::ffff:a.b.c.d; all zero and ::ffff:0.0.0.0 both mean "the sender's".</summary>
public static class WireAddress
{
    public static IPAddress Read(ref WireReader reader)
    {
        var address = new IPAddress(reader.ReadBytes(16));
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address.Equals(IPAddress.IPv6Any) ? IPAddress.Any : address;
    }

    /// <param name="zeroAny">The any-address as 16 zero bytes (pvxs, in searches) instead of ::ffff:0.0.0.0.</param>
    public static void Write(WireWriter writer, IPAddress address, bool zeroAny = false)
    {
        var bytes = writer.Reserve(16);
        if (zeroAny && address.Equals(IPAddress.Any))
            bytes.Clear();
        else
            address.MapToIPv6().TryWriteBytes(bytes, out _);
    }

    public static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
