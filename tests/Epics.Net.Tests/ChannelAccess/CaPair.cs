using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Epics.Net.Tests.ChannelAccess;

/// <summary>A server and clients of it on free ports of loopback, apart from whatever else runs on the machine.</summary>
internal sealed class CaPair : IAsyncDisposable
{
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(30);

    private CaPair(CaServer server, CaClient client) => (Server, Client) = (server, client);

    public CaServer Server { get; }
    public CaClient Client { get; }

    public static CaServerOptions ServerOptions => new() { Port = 0, Interfaces = ["127.0.0.1"], AutoBeaconAddresses = false };

    public static CaPair Start(CaServerOptions? options = null, Func<CaClientOptions, CaClientOptions>? configure = null)
    {
        var server = CaServer.Start(options ?? ServerOptions);
        return new(server, new(ClientOptions(server, configure)));
    }

    public static CaClientOptions ClientOptions(CaServer server, Func<CaClientOptions, CaClientOptions>? configure = null)
    {
        var options = new CaClientOptions
        {
            Addresses = [$"127.0.0.1:{server.UdpPort}"],
            AutoAddresses = false,
            UseRepeater = false,
            OperationTimeout = Generous,
        };
        return configure?.Invoke(options) ?? options;
    }

    public static PvSample Sample(double value, Alarm alarm = default) => new(PvValue.Double(value), alarm, PvTime.From(DateTimeOffset.UtcNow));

    public static PvSample Sample(PvValue value, PvMeta? meta = null) => new(value, default, PvTime.From(DateTimeOffset.UtcNow), Meta: meta);

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
