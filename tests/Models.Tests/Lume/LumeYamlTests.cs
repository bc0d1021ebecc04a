using System.Text;
using ModelManager.Models.Lume;

namespace ModelManager.Models.Tests.Lume;

public class LumeYamlTests
{
    private const string Small = """
        model_class: TorchModel
        input_variables:
          QUAD:IN20:121:BACT: {variable_class: ScalarVariable, default_value: 1.5, value_range: [-.inf, 2], unit: kG}
          12:30: {variable_type: scalar, default: 3, is_constant: true}
        output_variables:
          y:
        input_validation_config: {QUAD:IN20:121:BACT: error}
        model: m.pt
        input_transformers: [a.pt]
        """;

    [Fact]
    public void Reads_both_dialects()
    {
        var model = Assert.IsType<TorchModelSpec>(Read(Small));
        Assert.Equal(new("QUAD:IN20:121:BACT", 1.5, double.NegativeInfinity, 2, 1e-8, false, "kG", Validation.Error), model.Inputs[0]);
        Assert.Equal(new("12:30", 3, double.NegativeInfinity, double.PositiveInfinity, 1e-8, true, "", Validation.Warn), model.Inputs[1]);
        Assert.Equal(new("y", null, double.NegativeInfinity, double.PositiveInfinity, 1e-8, false, "", Validation.Warn), model.Outputs[0]);
        Assert.Equal(("m.pt", false), (model.ModelFile, model.SinglePrecision));
        Assert.Equal(["a.pt"], model.InputTransformers);
        Assert.Empty(model.OutputTransformers);
    }

    [Fact]
    public void Variables_may_be_a_list_and_share_anchors()
    {
        var model = Read("""
            model_class: TorchModel
            input_variables:
            - {name: a, default_value: 1, value_range: &range [0, 5]}
            - {name: b, default_value: 2, value_range: *range}
            output_variables: [{name: y}]
            model: m.pt
            """);
        Assert.Equal(["a", "b"], model.Inputs.Select(i => i.Name));
        Assert.Equal(5, model.Inputs[1].High);
    }

    [Theory]
    [InlineData("", "m.yml: not a lume model: expected a mapping with the key 'model_class'")]
    [InlineData("- 1", "m.yml: not a lume model: expected a mapping")]
    [InlineData("a: 1", "m.yml:1:1: not a lume model: the key 'model_class' is missing")]
    [InlineData("model_class: TorchModel", "m.yml:1:1: the key 'input_variables' is missing")]
    [InlineData("model_class: GPModel", "m.yml:1:14: model_class GPModel is not run by this runtime; it runs TorchModel, TorchModule, NNEnsemble")]
    [InlineData("model_class: [", "m.yml:2:1: not valid YAML:")]
    [InlineData("a: 1\na: 2", "m.yml:2:1: key 'a' occurs twice")]
    [InlineData("a: *nowhere", "m.yml:1:4: alias *nowhere refers to nothing complete")]
    [InlineData("a: &a [*a]", "m.yml:1:8: alias *a refers to nothing complete")]
    [InlineData("? [x]\n: 1", "m.yml:1:3: a key must be text")]
    public void Refuses_with_the_place(string yaml, string message) => Assert.StartsWith(message, Refusal(yaml));

    [Theory]
    [InlineData("default_value: 1.5", "default_value: much", "'default_value' is 'much', expected a number")]
    [InlineData("default_value: 1.5, ", "", "input 'QUAD:IN20:121:BACT' has no default_value")]
    [InlineData("default_value: 1.5", "default_value: 2.5", "variable 'QUAD:IN20:121:BACT': default_value 2.5 is outside its value_range")]
    [InlineData("[-.inf, 2]", "[3, 2]", "value_range [3, 2] is empty")]
    [InlineData("[-.inf, 2]", "[3]", "value_range is two numbers")]
    [InlineData("is_constant: true", "is_constant: maybe", "'is_constant' is 'maybe', expected true or false")]
    [InlineData("default: 3, ", "", "variable '12:30' is constant and has no default_value")]
    [InlineData("ScalarVariable", "ArrayVariable", "variable 'QUAD:IN20:121:BACT' is a ArrayVariable; this runtime knows ScalarVariable and DistributionVariable")]
    [InlineData("BACT: error", "BACT: panic", "'input_validation_config' of 'QUAD:IN20:121:BACT' is 'panic'; known are none, warn and error")]
    [InlineData("{QUAD:IN20:121:BACT: error}", "{z: error}", "'input_validation_config' has 'z', which is not in 'input_variables'")]
    [InlineData("model: m.pt", "", "the key 'model' (the .pt file) is missing")]
    [InlineData("model: m.pt", "model: ../m.pt", "file '../m.pt' lies outside the model's folder")]
    [InlineData("model: m.pt", "model: /m.pt", "file '/m.pt' lies outside the model's folder")]
    [InlineData("model: m.pt", "model: m.pt\nprecision: half", "precision 'half'; known are double and single")]
    [InlineData("[a.pt]", "a.pt", "'input_transformers' is 'a.pt', expected a list")]
    public void Refuses_what_is_wrong_in_it(string good, string bad, string message)
    {
        Assert.Contains(good, Small);
        Assert.Contains(message, Refusal(Small.Replace(good, bad)));
    }

    [Fact]
    public void Deep_nesting_is_refused() => Assert.Contains("nested more than 32 deep", Refusal("a: " + new string('[', 100_000)));

    [Fact]
    public void A_bomb_of_aliases_costs_nothing()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 20; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        Assert.Contains("'model_class' is missing", Refusal(bomb.ToString()));
    }

    [Fact]
    public void Random_text_is_refused_and_nothing_worse()
    {
        var random = new Random(4);
        const string alphabet = "a:-[]{}&*!|>'\"%@`#,? \n\t.0ömodel_class";
        for (var i = 0; i < 3000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            Assert.Throws<ModelException>(() => Read(text));
        }
    }

    [Theory]
    [InlineData("input_order: [b, a, c]", "'input_order' has 'c', which the model does not have (it has a, b)")]
    [InlineData("input_order: [a, a]", "'input_order' names a variable twice")]
    [InlineData("output_order: [z]", "'output_order' has 'z'")]
    public void A_module_orders_what_its_model_has(string order, string message)
    {
        const string module = "model_class: TorchModule\n{0}\nmodel: {{input_variables: {{a: {{default: 1}}, b: {{default: 2}}}}, output_variables: {{y: }}, model: m.pt}}\n";
        Assert.Contains(message, Refusal(string.Format(module, order)));
        var good = Read(string.Format(module, "input_order: [b]"));
        Assert.Equal(["b"], good.Inputs.Select(i => i.Name));
    }

    [Theory]
    [InlineData("models: []", "an ensemble of 0: mean and deviation need two members at least")]
    [InlineData("models: [a_model.pt]", "an ensemble of 1")]
    [InlineData("models: [gone.yml, gone.yml]", "member gone.yml is missing")]
    public void An_ensemble_needs_its_members(string models, string message) =>
        Assert.Contains(message, Refusal($"model_class: NNEnsemble\ninput_variables: {{a: {{default: 1}}}}\noutput_variables: {{y: }}\n{models}\n"));

    private static LumeSpec Read(string yaml) => LumeYaml.Read("m.yml", Encoding.UTF8.GetBytes(yaml), static _ => null);

    private static string Refusal(string yaml) => Assert.Throws<ModelException>(() => Read(yaml)).Message;
}
