using ModelManager.Connectors.Conformance;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Values;

namespace ModelManager.Connectors.Epics.Tests.Settings;

public sealed class AccessSecurityFileTests : IDisposable
{
    private readonly Bench _bench = new();
    private readonly string _file = Path.GetTempFileName();

    public AccessSecurityFileTests() => File.WriteAllText(
        _file, """
        UAG(ops) {operator}
        ASG(DEFAULT) { RULE(1, READ) }
        ASG(INPUT) { RULE(1, READ) RULE(1, WRITE) { UAG(ops) } }
        """);

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Over_pvAccess_who_is_in_the_group_may_write_and_others_read_why_not()
    {
        var refused = new List<OutsidePut>();
        _bench.Services.PutSeen = put => { if (put.Refusal is not null) refused.Add(put); };
        await using var connector = new PvaServerConnectorFactory(_bench.Services).Create(Modules.Source("p4p_server", Modules.Variables("IN"), [.. _bench.PvaServerSettings, ("access_security", _file)]));
        await using PvaClient op = _bench.PvaClient(), guest = new(op.Options with { User = "guest" });

        await op.Put("IN", 1, timeout: Bench.Generous);
        var denied = await Assert.ThrowsAsync<PvaRefusedException>(() => guest.Put("IN", 2, timeout: Bench.Generous));

        Assert.Contains("user 'guest' is not in ops", denied.Message);
        Assert.Equal(1, (await guest.Get("IN", timeout: Bench.Generous)).Value.AsDouble());
        Assert.Equal(("IN", "guest"), (Assert.Single(refused).PvName, refused[0].User));
    }

    [Fact]
    public async Task Over_Channel_Access_the_rights_are_those_of_the_user()
    {
        await using var connector = new CaServerConnectorFactory(_bench.Services).Create(Modules.Source("ca_server", Modules.Variables("IN"), [.. _bench.CaServerSettings, ("access_security", _file)]));
        await using var op = _bench.CaClient();
        await using var guest = new CaClient(new() { Addresses = [new("127.0.0.1", _bench.Ca)], AutoAddresses = false, UseRepeater = false, OperationTimeout = Bench.Generous, User = "guest" });

        Assert.Equal(CaAccess.Read | CaAccess.Write, (await op.Info("IN")).Access);
        Assert.Equal(CaAccess.Read, (await guest.Info("IN")).Access);
        await Assert.ThrowsAsync<CaPutRefusedException>(() => guest.Put("IN", 2));
    }

    [Fact]
    public void A_file_with_errors_serves_nothing_and_names_line_and_module()
    {
        File.WriteAllText(_file, "ASG(DEFAULT) {\n  RULE(1, WRIT)\n}");
        var error = Assert.Throws<ConnectorException>(() =>
            new PvaServerConnectorFactory(_bench.Services).Create(Modules.Source("p4p_server", Modules.Variables("IN"), [.. _bench.PvaServerSettings, ("access_security", _file)])));

        Assert.Contains(":2:", error.Message);
        Assert.Contains("'in'", error.Message);
    }
}
