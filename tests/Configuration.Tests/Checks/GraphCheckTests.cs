namespace ModelManager.Configuration.Tests.Checks;

/// <summary>What only the whole graph shows.</summary>
public class GraphCheckTests
{
    private static string[] Found(params ReadOnlySpan<(string Old, string New)> changes)
    {
        var read = SpecReader.Read(Messages.Graph(changes), "f.yaml");
        return Messages.Texts(read.Errors.AddRange(read.Warnings));
    }

    [Fact]
    public void The_graph_these_tests_change_has_no_fault() => Assert.Empty(Found());

    [Fact]
    public void Unknown_topic() =>
        Assert.Equal(["f.yaml:15:10: module 'before' subscribes to topic 'input', which no module publishes. Did you mean 'inputs'?"], Found(("    sub: inputs", "    sub: input")));

    [Fact]
    public void Topic_without_readers() =>
        Assert.Equal(["f.yaml:31:3: module 'sink' publishes to topic 'nowhere', which no module subscribes to"], Found(("    sub: outputs", "    sub: outputs\n    pub: nowhere")));

    [Fact]
    public void Isolated_module() =>
        Assert.Equal(["f.yaml:31:3: module 'lonely' is isolated: it reads no other module and none reads it. Give it the 'sub' of what it reads and a 'pub' that others subscribe to, or remove it."],
            Found(("  sink:\n", "  lonely:\n    type: interface.p4p\n    pub: nowhere\n    config:\n      variables:\n        q: {proto: pva, name: Q}\n  sink:\n")));

    [Fact]
    public void Transformer_that_reads_nothing() =>
        Assert.Contains("f.yaml:12:3: module 'before' reads no topic of another module. Add 'sub: TOPIC'.", Found(("    sub: inputs\n", "")));

    [Fact]
    public void Undeclared_symbol() =>
        Assert.Equal(["f.yaml:17:17: 'aa' is an input of 'before' and on none of its topics (inputs). Did you mean 'a'?", "f.yaml:10:9: nothing reads 'a' of 'source'"],
            Found(("symbols: [a, b]", "symbols: [aa, b]"), ("formula: a + b", "formula: aa + b")));

    [Fact]
    public void Output_that_nobody_takes_and_variable_that_nobody_computes() =>
        Assert.Equal(["f.yaml:30:13: 'yy' of 'after' goes nowhere: 'sink' has no variable of that name. Did you mean 'y'?", "f.yaml:36:9: nothing computes 'y' of 'sink': it is never written. Did you mean 'yy'?"], Found(("y: z", "yy: z")));

    [Fact]
    public void Output_into_a_variable_that_is_never_written() =>
        Assert.Equal(["f.yaml:36:9: 'y' of 'sink' is computed, but its mode is 'in': it is never written. Write 'mode: inout' or 'mode: out'."], Found(("{proto: pva, name: PV:Y}", "{proto: pva, name: PV:Y, mode: in}")));

    [Fact]
    public void Input_that_nobody_reads() =>
        Assert.Equal(["f.yaml:12:9: nothing reads 'c' of 'source'"], Found(("        b: {name: PV:B}\n", "        b: {name: PV:B}\n        c: {name: PV:C}\n")));

    [Theory]
    [InlineData("c")]
    [InlineData("PV:C")]
    public void A_leader_is_read_by_the_trigger(string leader) =>
        Assert.Empty(Found(("        b: {name: PV:B}\n", "        b: {name: PV:B}\n        c: {name: PV:C}\n"), ("  rate: 0.1\n", $"  rate: 0.1\n  trigger: leader\n  leader: '{leader}'\n")));

    [Fact]
    public void Loop_of_transformer_and_model() =>
        Assert.Equal(["f.yaml:12:3: the modules before -> model -> before form a loop without an interface. Let one of them read another topic."], Found(("    sub: inputs", "    sub: [inputs, model_outputs]")));

    [Fact]
    public void Transformer_that_reads_itself() =>
        Assert.Equal(["f.yaml:12:3: module 'before' reads its own topic 'model_inputs'. Let one of them read another topic."], Found(("    sub: inputs", "    sub: [inputs, model_inputs]")));

    [Fact]
    public void A_loop_through_an_interface_is_fine() =>
        Assert.Empty(Found(("    pub: inputs\n    sub: get_all\n", "    pub: inputs\n    sub: [get_all, outputs]\n"), ("        b: {name: PV:B}\n", "        b: {name: PV:B}\n        y: {name: PV:Y2, mode: out}\n")));

    [Fact]
    public void Two_writers_of_a_pv_in_one_interface() =>
        Assert.Equal(["f.yaml:38:9: PV 'PV:Y' is written twice, by the variables 'y' and 'y2' of 'sink'. A PV has one writer: remove one of the two."],
            Found(("y: z", "y: z\n        y2: z"), ("        y: {proto: pva, name: PV:Y}\n", "        y: {proto: pva, name: PV:Y}\n        y2: {proto: pva, name: PV:Y}\n")));

    [Fact]
    public void Two_writers_of_a_pv_in_two_interfaces() =>
        Assert.Equal(["f.yaml:42:9: PV 'PV:Y' is written twice, by the modules 'sink' (line 36) and 'sink2'. A PV has one writer: remove one of the two."],
            Found(("        y: {proto: pva, name: PV:Y}\n", "        y: {proto: pva, name: PV:Y}\n  sink2:\n    type: interface.ca\n    sub: outputs\n    config:\n      variables:\n        y: {proto: ca, name: PV:Y}\n")));

    [Fact]
    public void The_same_pv_read_and_written_is_no_clash() =>
        Assert.Empty(Found(("interface.simulator", "interface.p4p"), ("name: PV:Y", "name: PV:A")));

    [Fact]
    public void Two_publishers_of_a_name_in_one_topic() =>
        Assert.Equal(["f.yaml:12:3: 'b' is published to topic 'inputs' by two modules, 'source' (line 4) and 'source2'. Rename one, or publish it to another topic."],
            Found(("  before:\n", "  source2:\n    type: interface.simulator\n    pub: inputs\n    config:\n      variables:\n        b: {name: PV:B}\n  before:\n")));

    [Fact]
    public void One_name_on_two_topics_of_a_reader() =>
        Assert.Equal(["f.yaml:18:3: module 'before' gets 'b' on two topics, 'inputs' and 'more'. The later update counts: is that meant?"],
            Found(("  before:\n", "  source2:\n    type: interface.simulator\n    pub: more\n    config:\n      variables:\n        b: {name: PV:B}\n  before:\n"), ("    sub: inputs", "    sub: [inputs, more]")));

    [Fact]
    public void Two_parts_of_a_compound_with_one_output() =>
        Assert.Equal(["f.yaml:32:51: 'y' is an output of two transformers of 'after', 'p' and 'q'. Rename one of the two."],
            Found(("transformer.PassThroughTransformer", "transformer.CompoundTransformer"),
                ("      variables:\n        y: z\n", "      transformers:\n        p:\n          {type: PassThroughTransformer, config: {variables: {y: z}}}\n        q: {type: PassThroughTransformer, config: {variables: {y: z}}}\n")));

    [Fact]
    public void Leader_that_is_no_input() =>
        Assert.Equal(["f.yaml:3:11: leader 'bb' is not an input variable of any interface. Did you mean 'b'?"], Found(("  rate: 0.1\n", "  trigger: leader\n  leader: bb\n")));

    [Fact]
    public void Symbol_that_the_declared_outputs_of_the_model_lack() =>
        Assert.Equal(["f.yaml:31:12: 'z' is an input of 'after' and not among the outputs declared for 'model'. Declared: max."], Found(("    sub: model_inputs\n", "    sub: model_inputs\n    config: {variables: {max: {type: scalar}}}\n")));

    [Fact]
    public void Several_such_symbols_are_one_warning() =>
        Assert.Equal(["f.yaml:31:12: 2 inputs of 'after' are not among the outputs declared for 'model': z, w. Declared: max.", "f.yaml:32:13: 'yy' of 'after' goes nowhere: 'sink' has no variable of that name"],
            Found(("    sub: model_inputs\n", "    sub: model_inputs\n    config: {variables: {max: {type: scalar}}}\n"), ("y: z", "y: z\n        yy: w")));

    [Fact]
    public void No_model() =>
        Assert.Equal(["f.yaml:3:1: there is no model module; values only go through transformers. Add a module of type 'model.NAME'."],
            Found(("  model:\n    type: model.SimpleModel\n    pub: model_outputs\n    sub: model_inputs\n", ""), ("    sub: model_outputs", "    sub: model_inputs"), ("y: z", "y: x")));

    [Fact]
    public void One_model_named_for_two() =>
        Assert.Contains("f.yaml:2:3: 'model' in deployment names one model for 2 model modules (model and model2). Name each in the 'config' of its module.",
            Found(("  rate: 0.1\n", "  model: {name: a}\n"), ("  after:\n", "  model2:\n    type: model.X\n    sub: model_inputs\n    pub: model_outputs\n  after:\n")));

    [Fact]
    public void A_module_that_could_not_be_read_hides_no_other_fault_and_makes_none() =>
        Assert.Equal(["f.yaml:5:11: unknown interface 'simulater'. Did you mean 'simulator'?", "f.yaml:30:13: 'yy' of 'after' goes nowhere: 'sink' has no variable of that name. Did you mean 'y'?", "f.yaml:36:9: nothing computes 'y' of 'sink': it is never written. Did you mean 'yy'?"],
            Found(("interface.simulator", "interface.simulater"), ("y: z", "yy: z")));
}
