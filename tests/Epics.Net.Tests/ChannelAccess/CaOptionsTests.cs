using ModelManager.Epics.Net.ChannelAccess;

namespace ModelManager.Epics.Net.Tests.ChannelAccess;

public class CaOptionsTests
{
    [Fact]
    public void Every_client_variable_is_heard()
    {
        var options = CaClientOptions.FromEnvironment(new Dictionary<string, string>
        {
            ["EPICS_CA_ADDR_LIST"] = " 10.0.0.1  10.0.0.255:6064 ",
            ["EPICS_CA_AUTO_ADDR_LIST"] = "no",
            ["EPICS_CA_NAME_SERVERS"] = "gateway:5064",
            ["EPICS_CA_SERVER_PORT"] = "6000",
            ["EPICS_CA_REPEATER_PORT"] = "6001",
            ["EPICS_CA_CONN_TMO"] = "12.5",
            ["EPICS_CA_MAX_ARRAY_BYTES"] = "1000000",
            ["EPICS_CA_AUTO_ARRAY_BYTES"] = "NO",
            ["EPICS_CA_MAX_SEARCH_PERIOD"] = "120",
            ["EPICS_CA_MCAST_TTL"] = "3",
        });
        Assert.Equal([new("10.0.0.1"), new("10.0.0.255", 6064)], options.Addresses);
        Assert.False(options.AutoAddresses);
        Assert.Equal([new("gateway", 5064)], options.NameServers);
        Assert.Equal((6000, 6001, 3), (options.ServerPort, options.RepeaterPort, options.MulticastTtl));
        Assert.Equal((TimeSpan.FromSeconds(12.5), TimeSpan.FromSeconds(120)), (options.ConnectionTimeout, options.Search.MaxPeriod));
        Assert.Equal((1_000_000, false), (options.MaxArrayBytes, options.AutoArrayBytes));
    }

    [Fact]
    public void Every_server_variable_is_heard()
    {
        var options = CaServerOptions.FromEnvironment(new Dictionary<string, string>
        {
            ["EPICS_CAS_SERVER_PORT"] = "6000",
            ["EPICS_CAS_INTF_ADDR_LIST"] = "127.0.0.1 10.0.0.7",
            ["EPICS_CAS_IGNORE_ADDR_LIST"] = "10.0.0.9",
            ["EPICS_CAS_BEACON_ADDR_LIST"] = "10.0.0.255",
            ["EPICS_CAS_AUTO_BEACON_ADDR_LIST"] = "NO",
            ["EPICS_CAS_BEACON_PORT"] = "6001",
            ["EPICS_CAS_BEACON_PERIOD"] = "5",
            ["EPICS_CA_MAX_ARRAY_BYTES"] = "20000",
            ["EPICS_CA_AUTO_ARRAY_BYTES"] = "NO",
            ["EPICS_CA_MCAST_TTL"] = "2",
        });
        Assert.Equal((6000, 6001, 2), (options.Port, options.BeaconPort, options.MulticastTtl));
        Assert.Equal([new("127.0.0.1"), new("10.0.0.7")], options.Interfaces);
        Assert.Equal([new("10.0.0.9")], options.IgnoredClients);
        Assert.Equal([new("10.0.0.255")], options.BeaconAddresses);
        Assert.Equal((false, false, 20000, TimeSpan.FromSeconds(5)), (options.AutoBeaconAddresses, options.AutoArrayBytes, options.MaxArrayBytes, options.BeaconPeriod));
    }

    [Fact]
    public void A_server_falls_back_to_the_variables_of_clients()
    {
        var options = CaServerOptions.FromEnvironment(new Dictionary<string, string>
        {
            ["EPICS_CA_SERVER_PORT"] = "6000",
            ["EPICS_CA_ADDR_LIST"] = "10.0.0.255",
            ["EPICS_CA_AUTO_ADDR_LIST"] = "NO",
            ["EPICS_CA_REPEATER_PORT"] = "6001",
            ["EPICS_CA_BEACON_PERIOD"] = "7",
            ["EPICS_CAS_SERVER_PORT"] = " ",
        });
        Assert.Equal((6000, 6001, false, TimeSpan.FromSeconds(7)), (options.Port, options.BeaconPort, options.AutoBeaconAddresses, options.BeaconPeriod));
        Assert.Equal([new("10.0.0.255")], options.BeaconAddresses);
    }

    [Fact]
    public void Nothing_set_gives_the_defaults_of_EPICS_base()
    {
        var client = CaClientOptions.FromEnvironment(new Dictionary<string, string>());
        Assert.Equal((5064, 5065, true, true, 30.0), (client.ServerPort, client.RepeaterPort, client.AutoAddresses, client.AutoArrayBytes, client.ConnectionTimeout.TotalSeconds));
        var server = CaServerOptions.FromEnvironment(new Dictionary<string, string>());
        Assert.Equal((5064, 5065, true, true, 15.0), (server.Port, server.BeaconPort, server.AutoBeaconAddresses, server.AutoArrayBytes, server.BeaconPeriod.TotalSeconds));
    }

    [Theory]
    [InlineData("EPICS_CA_SERVER_PORT", "99999")]
    [InlineData("EPICS_CA_AUTO_ADDR_LIST", "maybe")]
    [InlineData("EPICS_CA_CONN_TMO", "-1")]
    [InlineData("EPICS_CA_MAX_ARRAY_BYTES", "16k")]
    public void A_value_that_cannot_be_names_its_variable(string name, string value)
    {
        var problem = Assert.Throws<FormatException>(() => CaClientOptions.FromEnvironment(new Dictionary<string, string> { [name] = value }));
        Assert.StartsWith(name, problem.Message);
    }

    [Fact]
    public void An_address_that_cannot_be_is_named() =>
        Assert.Contains("nowhere.invalid", Assert.Throws<FormatException>(() => new CaClient(new CaClientOptions { Addresses = ["nowhere.invalid"], UseRepeater = false })).Message);
}
