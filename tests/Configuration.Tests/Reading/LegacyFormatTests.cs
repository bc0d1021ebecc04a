namespace ModelManager.Configuration.Tests.Reading;

public class LegacyFormatTests
{
    private const string Legacy = """
        deployment: {type: continuous}
        input_data:
          get_method: p4p_server
          config:
            port: 5075
            variables:
              A: {proto: pva, name: A}
        input_data_to_model:
          type: PassThroughTransformer
          config: {variables: {x: A}}
        outputs_model:
          config: {variables: {y: {type: scalar}}}
        output_model_to_data:
          type: ReverseTransformer
          config:
            symbols: [y]
            variables: {B: {formula: y}}
        output_data_to:
          put_method: p4p_server
          config:
            port: 5075
            variables:
              B: {proto: pva, name: B}

        """;

    private static string[] Errors(string old, string replacement)
    {
        Assert.Contains(old, Legacy, StringComparison.Ordinal);
        return Messages.Errors(Legacy.Replace(old, replacement, StringComparison.Ordinal));
    }

    [Fact]
    public void One_server_both_ways_is_two_modules_with_the_same_settings()
    {
        var spec = SpecReader.Read(Legacy, "f.yaml", new() { Strict = true }).OrThrow();
        var (input, output) = (spec.Interfaces.First(), spec.Interfaces.Last());
        Assert.Equal((true, false, false, true), (input.IsSource, input.IsSink, output.IsSource, output.IsSink));
        Assert.Equal(input.Settings.AsEnumerable(), output.Settings.AsEnumerable());
        Assert.Equal("transformer.ReverseTransformer", spec.Transformers.Last().Type);
    }

    [Fact]
    public void Outputs_model_and_deployment_may_be_left_out()
    {
        var spec = SpecReader.Read(Legacy.Replace("outputs_model:\n  config: {variables: {y: {type: scalar}}}\n", "", StringComparison.Ordinal).Replace("deployment: {type: continuous}\n", "", StringComparison.Ordinal), "f.yaml", new() { Strict = true }).OrThrow();
        Assert.Equal(5, spec.Modules.Length);
        Assert.Empty(spec.Models.Single().Outputs);
    }

    [Fact]
    public void A_transformer_section_may_ask_for_its_own_grain() =>
        Assert.True(SpecReader.Read(Legacy.Replace("  type: PassThroughTransformer\n", "  type: PassThroughTransformer\n  own_grain: true\n", StringComparison.Ordinal), "f.yaml").OrThrow().Transformers.First().OwnGrain);

    [Fact]
    public void Every_missing_section_is_named() =>
        Assert.Equal(
            [
                "f.yaml:1:1: section 'input_data_to_model' is missing; expected {type, config}",
                "f.yaml:1:1: section 'output_model_to_data' is missing; expected {type, config}",
                "f.yaml:1:1: section 'output_data_to' is missing; expected {put_method, config}",
            ],
            Messages.Errors("input_data:\n  get_method: p4p\n  config: {variables: {A: {proto: pva, name: A}}}\n"));

    [Theory]
    [InlineData("  get_method: p4p_server\n", "  get_methd: p4p_server\n", "f.yaml:3:3: 'get_method' is missing in input_data; expected the type of an interface, such as p4p or k2eg")]
    [InlineData("  get_method: p4p_server\n", "  get_method: p4p_servr\n", "f.yaml:3:15: unknown interface 'p4p_servr'. Did you mean 'p4p_server'?")]
    [InlineData("  type: PassThroughTransformer\n", "  type: PassThrough\n", "f.yaml:9:9: unknown transformer 'PassThrough'. Known: SimpleTransformer, CAImageTransformer, PassThroughTransformer, CompoundTransformer; a plug-in can add others.")]
    [InlineData("variables: {x: A}", "variables: {x: a}", "f.yaml:10:27: 'a' is an input of 'input_data_to_model' and on none of its topics (inputs). Did you mean 'A'?")]
    public void What_is_wrong_is_named(string old, string replacement, string message) => Assert.Equal([message], Errors(old, replacement));

    [Theory]
    [InlineData("#### `p4p` Sample", "input_data_to_model", "output_model_to_data", "output_data_to")]
    [InlineData("#### `k2eg` Sample", "input_data_to_model", "output_model_to_data", "output_data_to")]
    [InlineData("#### `SimpleTransformer` Sample", "input_data", "output_model_to_data", "output_data_to")]
    [InlineData("#### `CompoundTransformer` Sample", "input_data", "output_model_to_data", "output_data_to")]
    [InlineData("#### `PassThroughTransformer` Sample", "input_data", "input_data_to_model", "output_data_to")]
    public void The_small_samples_of_the_original_readme_lack_nothing_but_the_other_sections(string heading, params string[] missing) =>
        Assert.Equal(missing, Messages.Errors(ReadmeSamples.Yaml(heading), strict: true).Select(e => e.Split('\'')[1]));
}
