using System.Net;
using System.Net.Sockets;

namespace ModelManager.Silo.Hosting;

/// <summary>Finds TCP ports that nobody listens on.</summary>
public static class Ports
{
    /// <summary>The wanted port, or any free one where that is busy and <paramref name="orAnother"/> allows.</summary>
    /// <exception cref="SiloStartException">The port is busy.</exception>
    public static int Choose(string address, int wanted, string purpose, string option, bool orAnother)
    {
        if (IsFree(address, wanted))
            return wanted;
        return orAnother ? Free(address) : throw new SiloStartException($"port {wanted} ({purpose}) on {address} is in use. Stop the program that holds it, or name another with {option} PORT");
    }

    private static bool IsFree(string address, int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Parse(address), port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int Free(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>The silo cannot start; the message says why and what to do.</summary>
public sealed class SiloStartException(string message, Exception? inner = null) : Exception(message, inner);
