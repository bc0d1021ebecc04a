using ModelManager.Epics.PvAccess;

namespace ModelManager.Epics.Tests;

public class EpicsAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", 0, null, null)]
    [InlineData("host.lab:5085", "host.lab", 5085, null, null)]
    [InlineData("224.0.1.1,255@eth0", "224.0.1.1", 0, 255, "eth0")]
    [InlineData("224.0.1.1:5076,1@10.0.0.1", "224.0.1.1", 5076, 1, "10.0.0.1")]
    [InlineData("[::1]:5075", "::1", 5075, null, null)]
    [InlineData("fe80::1", "fe80::1", 0, null, null)]
    public void Reads_every_form(string text, string host, int port, int? ttl, string? networkInterface)
    {
        var address = EpicsAddress.Parse(text);
        Assert.Equal(new EpicsAddress(host, port, ttl, networkInterface), address);
        Assert.Equal(address, EpicsAddress.Parse(address.ToString()));
    }

    [Theory]
    [InlineData("host:0", "port")]
    [InlineData("host:abc", "port")]
    [InlineData("host,300", "hops")]
    [InlineData(":5075", "host")]
    [InlineData("[::1", "]")]
    public void Says_what_is_wrong(string text, string what)
    {
        var problem = Assert.Throws<FormatException>(() => EpicsAddress.Parse(text));
        Assert.Contains(text, problem.Message);
        Assert.Contains(what, problem.Message);
    }

    [Fact]
    public void The_variables_of_a_client()
    {
        var options = PvaClientOptions.FromEnvironment(new Dictionary<string, string>
        {
            ["EPICS_PVA_ADDR_LIST"] = "10.0.0.1 10.0.0.2:6000",
            ["EPICS_PVA_AUTO_ADDR_LIST"] = "no",
            ["EPICS_PVA_BROADCAST_PORT"] = "6076",
            ["EPICS_PVA_NAME_SERVERS"] = "gw:5075",
            ["EPICS_PVA_CONN_TMO"] = "12",
            ["EPICS_PVA_INTF_ADDR_LIST"] = "10.0.0.9",
            ["EPICS_PVA_SERVER_PORT"] = "6075",
        });
        Assert.Equal([new("10.0.0.1"), new("10.0.0.2", 6000)], options.AddressList);
        Assert.Equal((false, 6076, 6075, TimeSpan.FromSeconds(12)), (options.AutoAddressList, options.BroadcastPort, options.ServerPort, options.ConnectionTimeout));
        Assert.Equal([new("gw", 5075)], options.NameServers);
        Assert.Equal([new("10.0.0.9")], options.Interfaces);
        Assert.Equal((true, 5076, 5075), (PvaClientOptions.FromEnvironment(new Dictionary<string, string>()) is var plain && plain.AutoAddressList, plain.BroadcastPort, plain.ServerPort));
    }

    [Fact]
    public void The_variables_of_a_server_fall_back_to_those_of_clients()
    {
        var fallback = PvaServerOptions.FromEnvironment(new Dictionary<string, string>
        {
            ["EPICS_PVA_SERVER_PORT"] = "6075",
            ["EPICS_PVA_BROADCAST_PORT"] = "6076",
            ["EPICS_PVA_ADDR_LIST"] = "10.0.0.1",
            ["EPICS_PVA_AUTO_ADDR_LIST"] = "NO",
        });
        Assert.Equal((6075, 6076, false), (fallback.ServerPort, fallback.BroadcastPort, fallback.AutoBeaconAddresses));
        Assert.Equal([new("10.0.0.1")], fallback.BeaconAddresses);

        var own = PvaServerOptions.FromEnvironment(new Dictionary<string, string>
        {
            ["EPICS_PVA_SERVER_PORT"] = "6075",
            ["EPICS_PVAS_SERVER_PORT"] = "7075",
            ["EPICS_PVAS_BROADCAST_PORT"] = "7076",
            ["EPICS_PVAS_INTF_ADDR_LIST"] = "10.1.1.1",
            ["EPICS_PVAS_BEACON_ADDR_LIST"] = "10.1.1.255",
            ["EPICS_PVAS_AUTO_BEACON_ADDR_LIST"] = "YES",
            ["EPICS_PVAS_IGNORE_ADDR_LIST"] = "10.6.6.6",
        });
        Assert.Equal((7075, 7076, true), (own.ServerPort, own.BroadcastPort, own.AutoBeaconAddresses));
        Assert.Equal(("10.1.1.1", "10.1.1.255", "10.6.6.6"), (own.Interfaces[0].Host, own.BeaconAddresses[0].Host, own.IgnoredAddresses[0].Host));
    }

    [Fact]
    public void A_variable_that_cannot_be_read_is_named()
    {
        var problem = Assert.Throws<FormatException>(() => PvaClientOptions.FromEnvironment(new Dictionary<string, string> { ["EPICS_PVA_AUTO_ADDR_LIST"] = "maybe" }));
        Assert.Contains("EPICS_PVA_AUTO_ADDR_LIST=maybe", problem.Message);
    }
}
