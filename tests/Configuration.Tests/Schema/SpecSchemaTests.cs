using ModelManager.Configuration.Migration;
using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Schema;
using ModelManager.Configuration.Yaml;
using NJsonSchema;

namespace ModelManager.Configuration.Tests.Schema;

/// <summary>Checked with NJsonSchema, an implementation of other authors.</summary>
public class SpecSchemaTests
{
    private static async Task<string[]> Faults(string yaml)
    {
        var schema = await JsonSchema.FromJsonAsync(SpecSchema.Text);
        var tree = YamlTreeReader.Read(yaml, new Findings("f.yaml", strict: false))!;
        return [.. schema.Validate(YamlJson.Write(tree)).Select(e => e.ToString())];
    }

    [Theory, InlineData("### Example 1"), InlineData("### Example 2"), InlineData("### Example 3")]
    public async Task The_examples_of_the_original_readme_are_valid(string heading) => Assert.Empty(await Faults(ReadmeSamples.Yaml(heading)));

    [Theory, InlineData("### Example 1"), InlineData("### Example 2"), InlineData("### Example 3")]
    public async Task So_are_they_once_migrated(string heading) => Assert.Empty(await Faults(SpecMigration.Migrate(ReadmeSamples.Yaml(heading), "f.yaml").OrThrow().Text));

    [Fact]
    public async Task The_graph_of_these_tests_is_valid() => Assert.Empty(await Faults(Messages.Graph()));

    [Theory]
    [InlineData("  rate: 0.1", "  rate: 10 Hz\n  trigger: rate\n  labels: {required: [gpu]}\n  model: {name: a, version: 3}")]
    [InlineData("{proto: pva, name: PV:Y}", "{proto: pva, type: image, image_size: {x: 2, y: 1}, default: [[1, 2]], on_stop: nothing, limits: {low: 0}, max_rate: 0.5}")]
    [InlineData("{formula: a + b}", "{formula: 1.5}")]
    [InlineData("transformer.PassThroughTransformer", "transformer.MyPlugin")]
    public async Task What_the_reader_takes_is_valid(string old, string replacement) => Assert.Empty(await Faults(Messages.Graph((old, replacement))));

    [Theory]
    [InlineData("  rate: 0.1", "  rate: fast")]
    [InlineData("  rate: 0.1", "  trigerr: any")]
    [InlineData("  rate: 0.1", "  trigger: leadr")]
    [InlineData("  rate: 0.1", "  name: my deployment")]
    [InlineData("interface.simulator", "interface.simu.lator")]
    [InlineData("pub: inputs", "pub: [inputs, b]")]
    [InlineData("{formula: a + b}", "{formul: a + b}")]
    [InlineData("{formula: a + b}", "a + b")]
    [InlineData("proto: pva", "proto: pav")]
    [InlineData("proto: pva", "type: picture")]
    [InlineData("proto: pva", "length: 0")]
    [InlineData("y: z", "y: {formula: z}")]
    [InlineData("    pub: outputs", "    pubs: outputs")]
    public async Task What_the_reader_refuses_or_warns_of_is_not(string old, string replacement)
    {
        var text = Messages.Graph((old, replacement));
        Assert.NotEmpty(Messages.Errors(text, strict: true));
        Assert.NotEmpty(await Faults(text));
    }

    /// <summary>A key the reader knows and the schema does not would be a red line in every editor.</summary>
    [Fact]
    public async Task Every_key_of_the_settings_page_is_in_the_schema()
    {
        var schema = await JsonSchema.FromJsonAsync(SpecSchema.Text);
        string[] deployment = ["type", "name", "model", "publish", "rate", "trigger", "leader", "align", "delivery", "mailbox", "timestamp", "labels", "python", "shadow_of"];
        string[] variable = ["proto", "name", "type", "mode", "image_size", "length", "default", "compute_alarm", "enforce_control_limits", "display", "control", "valueAlarm", "on_invalid", "max_age", "dead_band", "max_rate", "max_step", "limits", "on_stop"];
        Assert.Empty(deployment.Except(schema.Definitions["deployment"].Properties.Keys));
        Assert.Empty(variable.Except(schema.Definitions["variable"].Properties.Keys));
    }
}
