using System.Net;
using ModelManager.Connectors.Epics;
using ModelManager.Epics;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Silo.CommandLine;

/// <summary>The clients of one command, made when first needed: by the EPICS_* variables, and this host in any case, so that a demo beside it is found.</summary>
internal sealed class PvClients(string? server, TimeSpan timeout) : IAsyncDisposable
{
    private const string ThisHost = "127.0.0.1";

    private PvaClient? _pva;
    private CaClient? _ca;

    public TimeSpan Timeout => timeout;

    public PvaClient Pva => _pva ??= new(PvaOptions());

    public CaClient Ca => _ca ??= new(CaOptions());

    /// <exception cref="CommandFailure">A variable or the server cannot be read.</exception>
    public PvaClientOptions PvaOptions() => Read(() =>
    {
        var options = PvaClientOptions.FromEnvironment(EpicsServices.OfProcess());
        if (server is not null)
            return options with { AddressList = [], AutoAddressList = false, NameServers = [EpicsAddress.Parse(server)], ListenForBeacons = false };
        return options.AutoAddressList && !options.AddressList.Any(a => a.Host == ThisHost) ? options with { AddressList = [.. options.AddressList, new(ThisHost)] } : options;
    });

    public async ValueTask DisposeAsync()
    {
        if (_pva is not null)
            await _pva.DisposeAsync();
        if (_ca is not null)
            await _ca.DisposeAsync();
    }

    /// <summary>Where a server listens, for commands that speak to one.</summary>
    /// <exception cref="CommandFailure">No such host.</exception>
    public static IPEndPoint EndPoint(string text) => Read(() =>
    {
        var address = EpicsAddress.Parse(text);
        var ip = IPAddress.TryParse(address.Host, out var known) ? known : Dns.GetHostAddresses(address.Host, System.Net.Sockets.AddressFamily.InterNetwork).FirstOrDefault();
        return new IPEndPoint(ip ?? throw new FormatException($"host '{address.Host}' has no IPv4 address"), address.Port > 0 ? address.Port : PvaClientOptions.DefaultServerPort);
    });

    private CaClientOptions CaOptions() => Read(() =>
    {
        var options = CaClientOptions.FromEnvironment(EpicsServices.OfProcess()) with { OperationTimeout = timeout };
        if (server is not null)
            return options with { Addresses = [], AutoAddresses = false, NameServers = [EpicsAddress.Parse(server)], UseRepeater = false };
        return options.AutoAddresses && !options.Addresses.Any(a => a.Host == ThisHost) ? options with { Addresses = [.. options.Addresses, new(ThisHost)] } : options;
    });

    private static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is FormatException or System.Net.Sockets.SocketException)
        {
            throw new CommandFailure(problem.Message);
        }
    }
}
