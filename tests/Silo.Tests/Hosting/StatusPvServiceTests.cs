using ModelManager.Client;
using ModelManager.Epics.Net;
using ModelManager.Silo.Hosting;
using ModelManager.Values;

namespace ModelManager.Silo.Tests.Hosting;

public sealed class StatusPvServiceTests
{
    private const string Yaml = """
        deployment: {type: continuous}
        modules:
          server:
            type: interface.memory
            pub: in
            sub: [get_all, out]
            config: {variables: {A: {mode: in}, Y: {mode: out}}}
          f: {type: transformer.SimpleTransformer, pub: out, sub: in, config: {symbols: [A], variables: {Y: {formula: "A*FACTOR"}}}}
        """;

    private readonly EpicsPorts _ports = new();

    [Fact]
    public async Task Commands_are_carried_out_guarded_and_audited()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "UAG(ops) {operator} ASG(DEFAULT) { RULE(1, READ) } ASG(COMMAND) { RULE(1, READ) RULE(1, WRITE) { UAG(ops) } }");
        var settings = RunningSilo.Settings() with { Environment = _ports.Variables, StatusPrefix = "S:", AccessSecurity = new(file, new Dictionary<string, string>()) };
        await using (var host = await SiloHost.Start(settings, CancellationToken.None))
        {
            using var client = new ModelManagerClient(new Uri(host.Url));
            await client.Deploy("calc", Yaml.Replace("FACTOR", "2", StringComparison.Ordinal));
            await client.Deploy("calc", Yaml.Replace("FACTOR", "3", StringComparison.Ordinal));
            await RunningSilo.Until(client, "calc", "Running");
            await using PvaClient op = _ports.Client(), guest = _ports.Client("guest");

            await op.Put("S:calc:CMD", PvValue.String("pause"), timeout: EpicsPorts.Generous);
            Assert.Equal("Paused", (await client.Get("calc")).Condition);
            Assert.Equal("Paused", (await op.Get("S:calc:STATE", timeout: EpicsPorts.Generous)).Value.AsString());
            var denied = await Assert.ThrowsAsync<PvaRefusedException>(() => guest.Put("S:calc:CMD", PvValue.String("resume"), timeout: EpicsPorts.Generous));
            Assert.Contains("'guest' is not in ops", denied.Message, StringComparison.Ordinal);

            await op.Put("S:calc:CMD", PvValue.String("rollback"), timeout: EpicsPorts.Generous);
            var detail = await client.Get("calc");
            Assert.Equal((3, "Running"), (detail.Generation, detail.Condition));
            Assert.Contains("A*2", detail.Spec, StringComparison.Ordinal);

            var audited = await client.Audit();
            Assert.Contains(audited, a => a is { Action: "Rollback", Principal: "operator@console", Origin: "pva", Subject: "calc", Accepted: true });
            var access = await client.Access("S:calc:CMD", "guest", "console");
            Assert.All(access, a => Assert.Equal(("COMMAND", true, false), (a.Group, a.Read, a.Write)));
            Assert.Equal(["ca", "pva"], access.Select(a => a.Servers.Single().Split(':')[0]));
            Assert.Equal(404, (await Assert.ThrowsAsync<ModelManagerException>(() => client.Access("S:NONE", "u", "h"))).StatusCode);
        }
        File.Delete(file);
    }

    [Fact]
    public async Task A_rollback_without_an_earlier_generation_fails_with_the_reason()
    {
        await using var host = await SiloHost.Start(RunningSilo.Settings() with { Environment = _ports.Variables, StatusPrefix = "S:" }, CancellationToken.None);
        using var client = new ModelManagerClient(new Uri(host.Url));
        await client.Deploy("calc", Yaml.Replace("FACTOR", "2", StringComparison.Ordinal));
        await RunningSilo.Until(client, "calc", "Running");
        await using var op = _ports.Client();

        var failed = await Assert.ThrowsAsync<PvaRefusedException>(() => op.Put("S:calc:CMD", PvValue.String("rollback"), timeout: EpicsPorts.Generous));

        Assert.Contains("has no earlier generation to go back to", failed.Message, StringComparison.Ordinal);
        Assert.Equal(AlarmSeverity.Major, (await op.Get("S:calc:CMD", timeout: EpicsPorts.Generous)).Alarm.Severity);
    }
}
