using ModelManager.Connectors.Conformance;
using ModelManager.Epics.ChannelAccess;
using ModelManager.Epics.Net;
using ModelManager.Epics.Net.ChannelAccess;
using ModelManager.Epics.PvAccess;

namespace ModelManager.Connectors.Epics.Tests.Access;

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
    public async Task Macros_of_the_file_have_the_values_of_the_module()
    {
        File.WriteAllText(_file, "UAG(ops) { $(WHO) } ASG(INPUT) { RULE(1, READ) RULE(1, WRITE) { UAG(ops) } }");
        await using var connector = new PvaServerConnectorFactory(_bench.Services).Create(
            Modules.Source("p4p_server", Modules.Variables("IN"), [.. _bench.PvaServerSettings, ("access_security", _file), ("access_macros", "X=1, WHO=operator")]));
        await using PvaClient op = _bench.PvaClient(), guest = new(op.Options with { User = "guest" });

        await op.Put("IN", 1, timeout: Bench.Generous);
        await Assert.ThrowsAsync<PvaRefusedException>(() => guest.Put("IN", 2, timeout: Bench.Generous));
    }

    [Fact]
    public async Task The_file_of_the_process_guards_modules_without_one_and_a_relative_one_lies_beside_the_configuration()
    {
        _bench.Services.ConfigurationFolder = Path.GetDirectoryName(_file);
        _bench.Services.AccessSecurity = new(Path.GetFileName(_file), new Dictionary<string, string>());
        await using var connector = new PvaServerConnectorFactory(_bench.Services).Create(Modules.Source("p4p_server", Modules.Variables("IN"), _bench.PvaServerSettings));
        await using PvaClient op = _bench.PvaClient(), guest = new(op.Options with { User = "guest" });

        await op.Put("IN", 1, timeout: Bench.Generous);
        await Assert.ThrowsAsync<PvaRefusedException>(() => guest.Put("IN", 2, timeout: Bench.Generous));
        var explained = Assert.Single(_bench.Services.ExplainAccess("IN", "guest", "console", 0));
        Assert.False(explained.Explanation!.Decision.MayWrite);
        Assert.StartsWith("pva://127.0.0.1:", Assert.Single(explained.Servers));
        Assert.Empty(_bench.Services.ExplainAccess("OTHER", "guest", "console", 0));
    }

    [Theory]
    [InlineData("P=X:,Q=a b=c", 3)]
    [InlineData("", 0)]
    public void Macros_are_written_as_EPICS_writes_them(string text, int count) => Assert.Equal(count, AccessSecurityFile.ReadMacros(text).Count);

    [Fact]
    public void What_is_no_macro_is_told() => Assert.Contains("'MODE'", Assert.Throws<FormatException>(() => AccessSecurityFile.ReadMacros("P=1,MODE")).Message);

    [Fact]
    public void A_file_with_errors_serves_nothing_and_names_line_and_module()
    {
        File.WriteAllText(_file, "ASG(DEFAULT) {\n  RULE(1, WRIT)\n}");
        var error = Assert.Throws<ConnectorException>(() =>
            new PvaServerConnectorFactory(_bench.Services).Create(Modules.Source("p4p_server", Modules.Variables("IN"), [.. _bench.PvaServerSettings, ("access_security", _file)])));

        Assert.Contains(":2:", error.Message);
        Assert.Contains("'in'", error.Message);
    }

    [Fact]
    public async Task A_rule_with_CALC_follows_its_input_on_another_server()
    {
        File.WriteAllText(_file, "ASG(INPUT) { INPA(MODE) RULE(1,READ) RULE(1,WRITE) { CALC(\"A=1\") } }");
        await using var other = _bench.StartPva();
        var mode = other.AddPv("MODE", NtScalar.Double(0));
        await using var connector = new PvaServerConnectorFactory(_bench.Services).Create(
            Modules.Source("p4p_server", Modules.Variables("IN"), [.. _bench.PvaServerSettings, .. _bench.PvaClientSettings, ("access_security", _file)]));
        await using var client = _bench.PvaClient();
        await Assert.ThrowsAsync<PvaRefusedException>(() => client.Put("IN", 1, timeout: Bench.Generous));

        mode.Post(1);

        // It arrives over the network, some time after the post.
        using var patience = new CancellationTokenSource(Bench.Generous);
        for (var accepted = false; !accepted; patience.Token.ThrowIfCancellationRequested())
            accepted = await Accepts(client, patience.Token);
    }

    [Fact]
    public async Task Macros_and_the_file_of_the_process_count_where_a_module_names_none()
    {
        File.WriteAllText(_file, "UAG(ops) {$(WHO)} ASG(DEFAULT) { RULE(1,READ) RULE(1,WRITE) { UAG(ops) } }");
        _bench.Services.AccessSecurity = new(_file, new Dictionary<string, string>());
        await using var connector = new CaServerConnectorFactory(_bench.Services).Create(
            Modules.Source("ca_server", Modules.Variables("IN"), [.. _bench.CaServerSettings, ("access_macros", "WHO=operator, UNUSED=1")]));
        await using var op = _bench.CaClient();
        await using var guest = new CaClient(new() { Addresses = [new("127.0.0.1", _bench.Ca)], AutoAddresses = false, UseRepeater = false, OperationTimeout = Bench.Generous, User = "guest" });

        Assert.Equal((CaAccess.Read | CaAccess.Write, CaAccess.Read), ((await op.Info("IN")).Access, (await guest.Info("IN")).Access));
    }

    [Theory]
    [InlineData("WHO", "expected NAME=VALUE, found 'WHO'")]
    [InlineData("WHO=operator", "there is no access_security file")]
    public void Macros_that_cannot_be_used_are_an_error(string macros, string problem) => Assert.Contains(problem, Assert.Throws<ConnectorException>(() =>
        new CaServerConnectorFactory(_bench.Services).Create(Modules.Source("ca_server", Modules.Variables("IN"), [.. _bench.CaServerSettings, ("access_macros", macros)]))).Message);

    private static async Task<bool> Accepts(PvaClient client, CancellationToken cancellation)
    {
        try
        {
            await client.Put("IN", 1, cancellation, Bench.Generous);
            return true;
        }
        catch (PvaRefusedException)
        {
            return false;
        }
    }
}
