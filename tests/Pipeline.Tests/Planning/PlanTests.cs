using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Models;
using ModelManager.Values;
using static ModelManager.Pipeline.Tests.Graph;

namespace ModelManager.Pipeline.Tests;

public class PlanTests
{
    private static readonly TransformerRegistry PlugIns = new(new CountingFactory());

    private static Checked<Plan> Build(DeploymentSpec spec, ModelInfo? model = null) => Plan.Build(spec, _ => model, PlugIns);

    private static ModelInfo Info(string[] inputs, string[] outputs, string units = "", PvValue @default = default) =>
        new("m", "test", "d", [.. inputs.Select(i => new ModelVariable(i, Units: units, Default: @default))], [.. outputs.Select(o => new ModelVariable(o, Units: units))]);

    private static string[] Problems(Checked<Plan> plan) => [.. plan.Errors.Select(e => e.ToString())];

    [Fact]
    public void A_good_spec_has_no_findings()
    {
        var plan = Build(Line(), Info(["a", "b"], ["y"]));
        Assert.Empty(plan.Errors);
        Assert.Empty(plan.Warnings);
        Assert.Equal(["d"], plan.OrThrow().ModelDigests);
    }

    [Fact]
    public void All_errors_are_told_at_once_with_place_and_hint()
    {
        var spec = Spec(
            Source("in", "inputs", Pv("A")),
            Transformer("before", "input", "model_inputs", Simple(["A"], ("a", "A+("))),
            Transformer("other", "inputs", "model_inputs", Renames(("b", "AA"))),
            Model("model", "model_inputs", "results"),
            Sink("out", "results", Pv("Y")));
        var problems = Problems(Build(spec));
        Assert.Contains(problems, p => p.StartsWith("test.yaml:7:3: variable 'a': Invalid formula", StringComparison.Ordinal));
        Assert.Contains(problems, p => p == "test.yaml:7:3: module 'before' subscribes to 'input', which no module publishes. Did you mean 'inputs'?");
        Assert.Contains(problems, p => p == "test.yaml:7:3: symbol 'AA' of module 'other' is not among what it subscribes to (inputs). Did you mean 'A'?");
        Assert.Contains(problems, p => p == "test.yaml:7:3: module 'model' has no model. Name one with --model_name, --local or 'model:'");
    }

    [Fact]
    public void Inputs_of_the_model_that_nothing_gives_are_listed_unless_they_have_a_default()
    {
        var problem = Assert.Single(Problems(Build(Line(), Info(["a", "b", "c", "d"], ["y"]))));
        Assert.Equal("test.yaml:7:3: model 'm' needs 'c', 'd', which nothing gives to module 'model' and which have no default. Compute it in the transformer before the model", problem);
        Assert.Empty(Build(Line(), Info(["a", "b", "c"], ["y"], @default: PvValue.Double(1))).Errors);
    }

    [Fact]
    public void Names_that_the_model_does_not_know_are_refused_with_a_suggestion()
    {
        var problems = Problems(Build(Line(), Info(["a", "B"], ["y"])));
        Assert.Contains("test.yaml:7:3: model 'm' has no input 'b', which module 'before' gives to 'model'. Did you mean 'B'?", problems);
        Assert.Contains(problems, p => p.Contains("needs 'B'") && p.EndsWith("Did you mean 'b'?", StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_somebody_else_reads_is_no_error()
    {
        var line = Line();
        var spec = line with { Modules = line.Modules.Add(Sink("side", "model_inputs", Pv("b"))) };
        Assert.Empty(Build(spec, Info(["a"], ["y"])).Errors);
    }

    [Fact]
    public void Two_givers_of_one_name_are_refused()
    {
        var spec = Spec(
            Source("one", "inputs", Pv("A")), Source("two", "inputs", Pv("A")),
            Transformer("t", "inputs", "outputs", Renames(("X", "A"))), Sink("out", "outputs", Pv("X")));
        Assert.Equal("test.yaml:7:3: 'A', which module 't' reads, is given by both 'one' and 'two'. Rename one of the two, or subscribe to one topic only", Assert.Single(Problems(Build(spec))));
    }

    [Fact]
    public void A_loop_is_refused_with_its_modules()
    {
        var spec = Spec(
            Source("in", "inputs", Pv("A")),
            Transformer("first", "y", "x", Renames(("p", "q"))), Transformer("second", "x", "y", Renames(("q", "p"))), Sink("out", "x", Pv("p")));
        Assert.Contains(Problems(Build(spec)), p => p.Contains("these modules wait for each other: ") && p.Contains("first") && p.Contains("second"));
    }

    [Fact]
    public void Order_of_evaluation_does_not_depend_on_the_order_of_the_file()
    {
        var modules = Line().Modules;
        var plan = Build(Line() with { Modules = [.. modules.Reverse()] }, Info(["a", "b"], ["y"])).OrThrow();
        Assert.Equal(["before", "model", "after"], plan.Nodes.Select(n => n.Key));
    }

    [Fact]
    public void Units_that_differ_are_warned_about_through_renames()
    {
        var spec = Line(v => v with { Units = "mm" }, v => v with { Units = "mm" });
        var warnings = Build(spec, Info(["a", "b"], ["y"], units: "m")).Warnings.Select(w => w.ToString()).ToArray();
        Assert.Contains("test.yaml:7:3: input 'a' of model 'm' is in 'm', but 'a' of module 'before' is in 'mm'. Convert by a formula, or correct the units; nothing is converted silently", warnings);
        Assert.Contains(warnings, w => w.Contains("output 'Y' of module 'out' is in 'mm', but 'Y' of module 'after' is in 'm'"));
        Assert.Empty(Build(spec, Info(["a", "b"], ["y"], units: "mm")).Warnings);
    }

    [Fact]
    public void An_output_that_declares_no_units_has_those_of_the_model_unless_it_is_computed_from_it()
    {
        var spec = Spec(
            Source("in", "inputs", Pv("A")), Transformer("before", "inputs", "model_inputs", Renames(("a", "A"))), Model("model", "model_inputs", "results"),
            Transformer("after", "results", "outputs", Simple(["y"], ("Y", "y"), ("TWICE", "2*y"))), Sink("out", "outputs", Pv("Y"), Pv("TWICE")));
        Assert.Equal([("Y", "m"), ("TWICE", "")], Build(spec, Info(["a"], ["y"], units: "m")).OrThrow().Sinks.Single().Variables.Select(v => (v.Key, v.Units)));
    }

    [Fact]
    public void Outputs_that_nothing_gives_and_results_that_go_nowhere_are_warned_about()
    {
        var warnings = Build(Spec(Source("in", "inputs", Pv("A")), Transformer("t", "inputs", "outputs", Renames(("X", "A"))), Sink("out", "outputs", Pv("x")))).Warnings.Select(w => w.ToString()).ToArray();
        Assert.Contains(warnings, w => w.Contains("output 'x' of module 'out' is not among what it subscribes to (outputs); it is never written. Did you mean 'X'?"));
        Assert.Contains(warnings, w => w.Contains("'X' of module 't' goes nowhere"));
    }

    [Fact]
    public void One_interface_may_be_both_ends_and_what_is_only_written_is_not_monitored()
    {
        var server = new InterfaceModule("server", "interface.memory", ["get_all", "outputs"], "inputs", Here, [Pv("A"), Pv("X"), Pv("S") with { Mode = PvMode.Out }, Pv("I") with { Mode = PvMode.In }]);
        var plan = Build(Spec(server, Transformer("t", "inputs", "outputs", Renames(("X", "A"), ("S", "A"), ("I", "A"))))).OrThrow();
        Assert.Equal(["A", "I"], plan.Sources.Single().PvNames);
        Assert.Equal(["X", "S"], plan.Sinks.Single().Variables.Select(v => v.Key));
    }

    [Fact]
    public void A_variable_is_known_by_its_key_and_by_its_pv()
    {
        var source = Source("in", "inputs", new PvVariable("key", "LAB:PV", Here));
        var plan = Build(Spec(source, Transformer("t", "inputs", "outputs", Renames(("X", "LAB:PV"), ("Y", "key"))), Sink("out", "outputs", Pv("X"), Pv("Y")))).OrThrow();
        Assert.Equal([0, 0], plan.Nodes.Single().Inputs);
    }

    [Theory]
    [InlineData(TriggerKind.Aligned, null, "trigger 'aligned' is not available in this version")]
    [InlineData(TriggerKind.Rate, null, "trigger 'rate' needs a rate above 0")]
    [InlineData(TriggerKind.Leader, "a", "the leader 'a' is not an input variable")]
    public void Triggers_that_cannot_work_are_refused(TriggerKind kind, string? leader, string problem) =>
        Assert.Contains(Problems(Build(Wires() with { Trigger = new(kind, Leader: leader) })), p => p.Contains(problem));

    [Fact]
    public void The_default_policy_needs_a_default() =>
        Assert.Contains(Problems(Build(Wires(input: v => v with { Input = new(InvalidInputPolicy.Default) }))), p => p.Contains("'A' has 'on_invalid: default' and no 'default'"));

    [Fact]
    public void A_plug_in_is_found_by_name_and_its_refusal_is_told()
    {
        DeploymentSpec With(string type, string config) => Spec(
            Source("in", "inputs", Pv("a")), Transformer("t", "inputs", "outputs", new PluginTransformerSpec(type, [], [], config, Here)), Sink("out", "outputs", Pv("n")));
        Assert.Equal(["n"], Build(With("Counting", "")).OrThrow().Nodes.Single().OutputNames);
        Assert.Contains(Problems(Build(With("Countin", ""))), p => p.Contains("transformer type 'Countin' is not known here. Did you mean 'Counting'?"));
        Assert.Contains(Problems(Build(With("Counting", "bad"))), p => p.Contains("transformer type 'Counting': 'bad' is no configuration; leave it empty"));
        Assert.Throws<TransformerException>(() => new TransformerRegistry(new CountingFactory(), new CountingFactory()));
        Assert.Equal(["Counting"], PlugIns.PluginTypes);
    }

    [Fact]
    public void Several_models_may_stand_in_one_graph()
    {
        var spec = Spec(
            Source("in", "inputs", Pv("a"), Pv("b")), Model("m1", "inputs", "one"), Model("m2", "inputs", "two"),
            Sink("out", "one", Pv("y")) with { Subscribes = ["one", "two"], Variables = [Pv("y"), Pv("z")] });
        var infos = new Dictionary<string, ModelInfo> { ["m1"] = Info(["a", "b"], ["y"]), ["m2"] = Info(["b"], ["z"]) };
        var plan = Plan.Build(spec, infos.GetValueOrDefault, TransformerRegistry.BuiltIn);
        Assert.Empty(plan.Errors);
        Assert.Equal(2, plan.OrThrow().Nodes.Length);
    }
}
