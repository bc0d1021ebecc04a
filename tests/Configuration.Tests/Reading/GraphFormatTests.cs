using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Tests.Reading;

/// <summary>The graph format, in the shapes that upstream.md C2 lists.</summary>
public class GraphFormatTests
{
    /// <summary>One server of inputs and outputs, sub and pub as lists and as text, arguments as upstream writes them: the normal shape of the second generation.</summary>
    private const string OneServer = """
        deployment:
          type: "continuous"
          rate: .1 #seconds
        modules:
          server:
            name: "my server"
            type: "interface.p4p_server"
            pub:
              - "in_interface"
            sub:
              - "get_all"
              - "out_transformer"
            module_args: None
            config:
              EPICS_PVA_NAME_SERVERS: "localhost:5075"
              variables:
                ML:A: {proto: pva, name: ML:A, mode: in, default: 0.0}
                ML:B: {proto: pva, name: ML:B}
                ML:S: {proto: pva, name: ML:S, mode: out}
          input_transformer:
            name: "input_transformer"
            type: "transformer.SimpleTransformer"
            pub: "in_transformer"
            sub: "in_interface"
            module_args: None
            config:
              symbols: ["ML:B", "ML:A"]
              variables:
                x: {formula: "ML:A * 2 + 10"}
                y: {formula: "ML:B"}
          model:
            name: "model"
            type: "model.SimpleModel"
            pub: "model"
            sub: "in_transformer"
            config:
              type: "LocalModelGetter"
              args:
                model_path: "model_definition.py"
                model_factory_class: "ModelFactory"
              variables:
                output: {type: "scalar"}
          output_transformer:
            name: "output_transformer"
            type: "transformer.SimpleTransformer"
            pub: "out_transformer"
            sub: "model"
            config:
              symbols: ["output"]
              variables:
                ML:S: {formula: "output"}

        """;

    /// <summary>Further interfaces of the same deployment: variables of the REST server have no protocol and no PV name.</summary>
    private const string Relayed = """
          rest:
            type: interface.fastapi_server
            pub: rest_in
            sub: [get_all, out_transformer]
            config:
              host: 127.0.0.1
              port: 8000
              start_server: true
              wait_for_server_start: true
              startup_timeout_s: 5.0
              input_queue_max: 1000
              output_queue_max: 1000
              cors_origins: []
              variables:
                R:A: {mode: in, type: scalar, default: 0.0}
                ML:S: {mode: out, type: scalar}
          relay:
            type: interface.p4p_server
            sub: rest_in
            config:
              variables:
                R:A: {proto: pva, mode: out, name: R:A}

        """;

    [Theory, InlineData(false), InlineData(true)]
    public void One_server_of_inputs_and_outputs(bool strict)
    {
        var read = SpecReader.Read(OneServer, "f.yaml", new() { Strict = strict });
        Assert.Empty(Messages.Texts(read.Errors));
        Assert.Empty(Messages.Texts(read.Warnings));
        var spec = read.OrThrow();
        Assert.Equal((ConfigurationFormat.Graph, new TriggerSpec(TriggerKind.Any, TimeSpan.FromSeconds(0.1))), (spec.Format, spec.Trigger));
        var server = spec.Interfaces.Single();
        Assert.Equal(("server", "my server", true, true), (server.Key, server.Name, server.IsSource, server.IsSink));
        Assert.Equal(["out_transformer"], server.Subscribes);
        Assert.Equal([PvMode.In, PvMode.InOut, PvMode.Out], server.Variables.Select(v => v.Mode));
        Assert.Equal(new(null, null, "model_definition.py", "ModelFactory"), spec.Models.Single().Model);
        Assert.Equal(["in_interface"], spec.Transformers.First().Subscribes);
    }

    [Fact]
    public void A_rest_server_and_a_p4p_server_that_relays_it()
    {
        var text = OneServer + Relayed;
        var read = SpecReader.Read(text, "f.yaml", new() { Strict = true });
        Assert.Empty(Messages.Texts(read.Errors));
        Assert.Empty(Messages.Texts(read.Warnings));
        Assert.Equal("", read.OrThrow().Interfaces.Single(i => i.Key == "rest").Settings["cors_origins"]);
    }

    [Fact]
    public void Module_args_with_values_warn_that_they_never_arrive() =>
        Assert.Equal(["f.yaml:24:18: 'module_args' in modules.model has no effect: upstream ignores its values too. Remove it."], Messages.Warnings(Messages.Graph(("    sub: model_inputs\n", "    sub: model_inputs\n    module_args: {unpack_data: True}\n"))));

    [Fact]
    public void A_transformer_may_have_its_own_grain() =>
        Assert.True(SpecReader.Read(Messages.Graph(("    pub: model_inputs\n", "    pub: model_inputs\n    own_grain: true\n")), "f.yaml").OrThrow().Transformers.First().OwnGrain);

    [Theory]
    [InlineData("interface.simulator", "simulator", "f.yaml:5:11: 'type' in modules.source is 'simulator'; expected family.subtype, such as interface.p4p, with exactly one dot")]
    [InlineData("interface.simulator", "interface.simu.lator", "f.yaml:5:11: 'type' in modules.source is 'interface.simu.lator'; expected family.subtype, such as interface.p4p, with exactly one dot")]
    [InlineData("interface.simulator", "interfaces.simulator", "f.yaml:5:11: unknown family 'interfaces' in 'type' of modules.source; expected interface, transformer or model. Did you mean 'interface'?")]
    [InlineData("    type: interface.simulator\n", "", "f.yaml:5:5: 'type' is missing in modules.source; expected family.subtype, such as interface.p4p")]
    public void A_type_has_a_family_and_a_subtype(string old, string replacement, string message) => Assert.Equal([message], Messages.Errors(Messages.Graph((old, replacement))));

    [Theory]
    [InlineData("modules:\n", "f.yaml:1:1: 'modules' is empty; expected at least one module")]
    [InlineData("modules: {}\n", "f.yaml:1:1: 'modules' is empty; expected at least one module")]
    [InlineData("modules: [a]\n", "f.yaml:1:10: 'modules' in the file is a list; expected a mapping")]
    [InlineData("modules:\n  a: interface.p4p\n", "f.yaml:2:6: module 'a' is 'interface.p4p'; expected a mapping with 'type', 'pub', 'sub' and 'config'")]
    [InlineData("module:\n  a: 1\n", "f.yaml:1:1: neither 'modules' (graph format) nor 'input_data' (legacy format) is in the file. Did you mean 'modules'?")]
    [InlineData("modules:\n  a: 1\ninput_data:\n  b: 1\n", "f.yaml:3:1: 'input_data' of the legacy format stands beside 'modules' of the graph format; expected one of the two. 'model_manager migrate' makes a graph file of a legacy one.")]
    [InlineData("- a\n", "f.yaml:1:1: the file is a list; expected a mapping with 'deployment' and 'modules', or the legacy sections. See docs/configuration.md for both formats.")]
    public void What_is_no_graph(string text, string message) => Assert.Equal([message], Messages.Errors(text));

    [Fact]
    public void More_than_a_thousand_modules_are_refused() =>
        Assert.Equal(["f.yaml:2:3: 'modules' has 1001 modules; expected at most 1000. Split it into several deployments."],
            Messages.Errors("modules:\n" + string.Concat(Enumerable.Range(0, 1001).Select(i => $"  m{i}: {{}}\n"))));
}
