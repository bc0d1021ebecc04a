namespace ModelManager.Configuration.Tests.Reading;

public class InterfaceReaderTests
{
    private static string Server(string settings) => Messages.Graph(("      variables:\n        y: {proto", $"{settings}      variables:\n        y: {{proto"));

    private static string Simulator(string settings) => Messages.Graph(("      variables:\n        a: ", $"{settings}      variables:\n        a: "));

    [Fact]
    public void Settings_are_kept_as_written()
    {
        var spec = SpecReader.Read(Server("      EPICS_PVA_NAME_SERVERS: 134.79.151.21:5169 [::1]:5075 gw\n      port: 5080\n      init: true\n"), "f.yaml", new() { Strict = true }).OrThrow();
        Assert.Equal(
            ["EPICS_PVA_NAME_SERVERS=134.79.151.21:5169 [::1]:5075 gw", "init=true", "port=5080"],
            spec.Interfaces.Last().Settings.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}"));
    }

    [Fact]
    public void Nested_settings_are_joined_with_dots_and_lists_with_blanks()
    {
        var spec = SpecReader.Read(Simulator("      rate: 10\n      simulate:\n        PV:A: {kind: sine, mean: 1.5}\n      list: [x, y]\n"), "f.yaml", new() { Strict = true }).OrThrow();
        Assert.Equal(
            ["list=x y", "rate=10", "simulate.PV:A.kind=sine", "simulate.PV:A.mean=1.5"],
            spec.Interfaces.First().Settings.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}"));
    }

    [Theory]
    [InlineData("      port: 70000\n", "f.yaml:35:13: 'port' in modules.sink.config is '70000'; expected a whole number from 0 to 65535")]
    [InlineData("      EPICS_PVA_NAME_SERVERS: localhost:abc ok\n", "f.yaml:35:31: 'EPICS_PVA_NAME_SERVERS' in modules.sink.config has 'localhost:abc'; expected host or host:port, several with blanks between")]
    public void Settings_everybody_knows_are_checked(string settings, string message) => Assert.Equal([message], Messages.Errors(Server(settings)));

    /// <summary>The typo of upstream's own examples, which upstream silently ignores (upstream.md C1).</summary>
    [Fact]
    public void The_typo_of_upstreams_examples_is_told()
    {
        const string Message = "f.yaml:35:7: unknown key 'EPICS_PVA_NAMESERVER' in modules.sink.config. Did you mean 'EPICS_PVA_NAME_SERVERS'?";
        Assert.Equal([Message], Messages.Warnings(Server("      EPICS_PVA_NAMESERVER: localhost:5075\n")));
        Assert.Equal([Message], Messages.Errors(Server("      EPICS_PVA_NAMESERVER: localhost:5075\n"), strict: true));
    }

    [Theory]
    [InlineData("interface.simulater", "f.yaml:5:11: unknown interface 'simulater'. Did you mean 'simulator'?")]
    [InlineData("interface.opcua", "f.yaml:5:11: unknown interface 'opcua'. Known: p4p, p4p_server, ca, ca_server, k2eg, simulator, file, memory, recording, fastapi_server; a plug-in can add others.")]
    public void An_unknown_type_is_named(string type, string message) => Assert.Equal([message], Messages.Errors(Messages.Graph(("interface.simulator", type))));

    [Fact]
    public void A_plugins_type_is_known_with_whatever_it_wants()
    {
        var known = KnownModules.BuiltIn.With(interfaces: [new KnownInterface("k2simFrame", []) { OpenSettings = true }]);
        var text = Messages.Graph(("interface.simulator", "interface.k2simFrame"), ("      variables:\n        a: ", "      settings: {test: [1, 2]}\n      variables:\n        a: "));
        var module = SpecReader.Read(text, "f.yaml", new() { Strict = true, Known = known }).OrThrow().Interfaces.First();
        Assert.Equal(("interface.k2simFrame", "1 2"), (module.Type, module.Settings["settings.test"]));
    }

    [Fact]
    public void The_old_name_of_the_file_interface_is_read()
    {
        var read = SpecReader.Read(Messages.Graph(("interface.simulator", "interface.h5df"), ("      variables:\n        a: ", "      path: x.h5\n      variables:\n        a: ")), "f.yaml");
        Assert.Equal("interface.file", read.OrThrow().Interfaces.First().Type);
        Assert.Equal(["f.yaml:5:11: interface 'h5df' is read as 'file'. Write 'file'."], Messages.Texts(read.Warnings));
    }
}
