using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>IPv4 addresses as messages carry them: big-endian in a u32. Channel Access knows no IPv6.</summary>
public static class CaAddress
{
    /// <summary>"Where this message comes from" in search answers.</summary>
    public const uint Sender = uint.MaxValue;

    public static uint ToUInt32(IPAddress address)
    {
        var four = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (four.AddressFamily != AddressFamily.InterNetwork)
            throw new ArgumentException($"{address} is not an IPv4 address, Channel Access has no other", nameof(address));
        Span<byte> bytes = stackalloc byte[4];
        four.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    public static IPAddress FromUInt32(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new(bytes);
    }
}
