using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Tests.Reading;

public class TransformerReaderTests
{
    private const string Simple = "    type: transformer.SimpleTransformer\n";
    private const string Config = "      symbols: [a, b]\n      variables:\n        x: {formula: a + b}\n";

    private static TransformerSpec Read(string type, string config, KnownModules? known = null) =>
        SpecReader.Read(Messages.Graph((Simple, $"    type: transformer.{type}\n"), (Config, config)), "f.yaml", new() { Strict = true, Known = known ?? KnownModules.BuiltIn }).OrThrow().Transformers.First().Transformer;

    private static string[] Errors(string type, string config) => Messages.Errors(Messages.Graph((Simple, $"    type: transformer.{type}\n"), (Config, config)), strict: true);

    [Theory, InlineData("SimpleTransformer"), InlineData("ReverseTransformer")]
    public void Simple_under_both_names(string type)
    {
        var simple = Assert.IsType<SimpleTransformerSpec>(Read(type, Config));
        Assert.Equal(["a", "b"], simple.Symbols);
        var formula = simple.Formulas.Single();
        Assert.Equal(("x", "a + b", "f.yaml:19:22", true), (formula.Output, formula.Text, formula.Where.ToString(), formula.IsVerbatim));
    }

    [Theory, InlineData("1.5"), InlineData("\"1.5\"")]
    public void A_formula_may_be_a_number(string written) =>
        Assert.Equal("1.5", Assert.IsType<SimpleTransformerSpec>(Read("SimpleTransformer", $"      symbols: [a, b]\n      variables:\n        x: {{formula: {written}}}\n        y: {{formula: a + b}}\n")).Formulas[0].Text);

    [Fact]
    public void A_quoted_formula_begins_behind_its_quote() =>
        Assert.Equal("f.yaml:19:23", Assert.IsType<SimpleTransformerSpec>(Read("SimpleTransformer", Config.Replace("a + b", "\"a + b\"", StringComparison.Ordinal))).Formulas[0].Where.ToString());

    [Theory, InlineData("CAImageTransformer"), InlineData("CAImageTransfomer")]
    public void Image_in_both_spellings(string type)
    {
        var image = Assert.IsType<CaImageTransformerSpec>(Read(type, "      variables:\n        img: {img_ch: a, img_x_ch: b, img_y_ch: b, unfold: column_major}\n")).Images.Single();
        Assert.Equal(("img", "a", "b", "b", ImageUnfold.ColumnMajor), (image.Output, image.ImageChannel, image.XChannel, image.YChannel, image.Unfold));
    }

    [Fact]
    public void Pass_through_renames() =>
        Assert.Equal([("p", "a"), ("q", "b")], Assert.IsType<PassThroughTransformerSpec>(Read("PassThroughTransformer", "      variables: {p: a, q: b}\n")).Variables.Select(v => (v.Output, v.Input)));

    [Fact]
    public void Compound_nests()
    {
        const string Nested = """
                  transformers:
                    one: {type: PassThroughTransformer, config: {variables: {p: a}}}
                    two:
                      type: CompoundTransformer
                      config:
                        transformers:
                          inner: {type: SimpleTransformer, config: {symbols: [b], variables: {q: {formula: b * 2}}}}

            """;
        var compound = Assert.IsType<CompoundTransformerSpec>(Read("CompoundTransformer", Nested));
        Assert.Equal(["a", "b"], compound.Inputs);
        Assert.Equal(["p", "q"], compound.Outputs);
        Assert.Equal("inner", Assert.IsType<CompoundTransformerSpec>(compound.Children[1].Transformer).Children[0].Key);
    }

    [Fact]
    public void A_plugin_gets_its_config_as_text()
    {
        var plugin = Assert.IsType<PluginTransformerSpec>(Read("Smoother", "      symbols: [a, b]\n      window: 3\n      name: \"7\"\n      variables: {x: {tau: 0.5}}\n", KnownModules.BuiltIn.With(transformers: ["Smoother"])));
        Assert.Equal("""{"symbols":["a","b"],"window":3,"name":"7","variables":{"x":{"tau":0.5}}}""", plugin.ConfigYaml);
        Assert.Equal(["a", "b"], plugin.Inputs);
        Assert.Equal(["x"], plugin.Outputs);
    }

    [Theory]
    [InlineData("SimpelTransformer", Config, "f.yaml:13:11: unknown transformer 'SimpelTransformer'. Did you mean 'SimpleTransformer'?")]
    [InlineData("SimpleTransformer", "      symbols: [a, b]\n", "f.yaml:17:7: 'variables' is missing in modules.before.config; expected a mapping of outputs, each {formula: ...}")]
    [InlineData("SimpleTransformer", "      symbols: [a, b]\n      variables:\n        x: a + b\n", "f.yaml:19:12: 'x' in modules.before.config.variables is 'a + b'; expected {formula: ...}")]
    [InlineData("SimpleTransformer", "      symbols: [a, b]\n      variables:\n        x: {type: ca}\n", "f.yaml:19:12: 'formula' is missing in modules.before.config.variables.x; expected text in SymPy syntax")]
    [InlineData("SimpleTransformer", "      symbols: [a, [b]]\n      variables:\n        x: {formula: a}\n", "f.yaml:17:20: 'symbols' in modules.before.config lists a list; expected text")]
    [InlineData("SimpleTransformer", "      symbls: [a, b]\n      variables:\n        x: {formula: 1}\n", "f.yaml:17:7: unknown key 'symbls' in modules.before.config. Did you mean 'symbols'?")]
    [InlineData("CAImageTransformer", "      variables:\n        img: {img_ch: a, img_x_ch: b}\n", "f.yaml:18:14: 'img_y_ch' is missing in modules.before.config.variables.img; expected the name of a variable")]
    [InlineData("CAImageTransformer", "      variables:\n        img: {img_ch: a, img_x_ch: b, img_y_ch: b, unfold: rowmajor}\n", "f.yaml:18:60: 'unfold' in modules.before.config.variables.img is 'rowmajor'; expected row_major or column_major. Did you mean 'row_major'?")]
    [InlineData("PassThroughTransformer", "      variables:\n        p:\n        q: a\n", "f.yaml:18:11: 'p' in modules.before.config.variables is nothing; expected the name of the variable it takes. Write 'OUTPUT: INPUT'.")]
    [InlineData("CompoundTransformer", "      transformers:\n        t: {config: {}}\n", "f.yaml:18:12: 'type' is missing in modules.before.config.transformers.t; expected the type of a transformer")]
    [InlineData("CompoundTransformer", "      variables: {}\n", "f.yaml:17:7: 'transformers' is missing in modules.before.config; expected a mapping of transformers", "f.yaml:17:7: unknown key 'variables' in modules.before.config. Known: transformers.")]
    public void What_is_wrong_is_named(string type, string config, params string[] messages) => Assert.Equal(messages, Errors(type, config));

    [Fact]
    public void A_config_that_ends_too_early_is_explained() =>
        Assert.Contains("f.yaml:18:9: 'img_1' in modules.before.config.variables is nothing; expected {img_ch, img_x_ch, img_y_ch}. Is what follows indented too little?",
            Errors("CAImageTransformer", "      variables:\n        img_1:\n        img_2: {img_ch: a, img_x_ch: b, img_y_ch: b}\n"));

    [Fact]
    public void A_symbol_declared_twice_warns() =>
        Assert.Equal(["f.yaml:17:23: symbol 'a' is declared twice. Remove one of the two."], Messages.Warnings(Messages.Graph(("symbols: [a, b]", "symbols: [a, b, a]"))));
}
