using System.Globalization;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Tests;

/// <summary>The three full examples of the original README, as they stand there.</summary>
public class SpecReaderTests
{
    private static DeploymentSpec Load(string heading, bool strict)
    {
        var read = SpecReader.Read(ReadmeSamples.Yaml(heading), "examples/test/pv_mapping.yaml", new() { Strict = strict });
        Assert.Empty(read.Errors.Select(e => e.ToString()));
        Assert.Empty(read.Warnings.Select(e => e.ToString()));
        return read.Value!;
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Example_1_becomes_five_modules_in_a_line(bool strict)
    {
        var spec = Load("### Example 1", strict);

        Assert.Equal("test", spec.Name);
        Assert.Equal(ConfigurationFormat.Legacy, spec.Format);
        Assert.False(spec.Publish);
        Assert.Equal(TriggerSpec.Any, spec.Trigger);
        Assert.Equal(
            [
                "input_data interface.k2eg  -> inputs",
                "input_data_to_model transformer.SimpleTransformer inputs -> model_inputs",
                "model model.SimpleModel model_inputs -> model_outputs",
                "output_model_to_data transformer.SimpleTransformer model_outputs -> outputs",
                "output_data_to interface.k2eg outputs -> ",
            ],
            spec.Modules.Select(m => $"{m.Key} {m.Type} {string.Join(",", m.Subscribes)} -> {m.Publishes}"));
        Assert.Equal(["LUME:MLFLOW:TEST_B pva", "LUME:MLFLOW:TEST_A pva"], spec.Interfaces.First().Variables.Select(v => $"{v.PvName} {(v.Protocol == PvProtocol.Pva ? "pva" : "ca")}"));
        Assert.Equal(["y"], spec.Models.Single().Outputs);
        var transformer = Assert.IsType<SimpleTransformerSpec>(spec.Transformers.First().Transformer);
        Assert.Equal(["x2=LUME:MLFLOW:TEST_B", "x1=LUME:MLFLOW:TEST_A"], transformer.Formulas.Select(f => $"{f.Output}={f.Text}"));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Example_2_loads_with_its_quirks(bool strict)
    {
        var spec = Load("### Example 2", strict);

        var input = spec.Interfaces.First();
        Assert.Equal(16, input.Variables.Length);
        Assert.All(input.Variables, v => Assert.Equal(PvProtocol.Ca, v.Protocol));
        var simple = Assert.IsType<SimpleTransformerSpec>(spec.Transformers.First().Transformer);
        Assert.Equal(16, simple.Symbols.Length);
        Assert.Equal("1.8550514181818183", simple.Formulas.Single(f => f.Output == "distgen:t_dist:length:value").Text);
        // 'type:"scalar"' without a blank is text to YAML; upstream takes it, so do we.
        Assert.Equal(["sigma_x", "sigma_y", "sigma_z", "norm_emit_x", "norm_emit_y"], spec.Models.Single().Outputs);
        Assert.Equal(6, spec.Interfaces.Last().Variables.Length);
        Assert.Equal("(sigma_x**2 + sigma_y**2)**(1/2)", ((SimpleTransformerSpec)spec.Transformers.Last().Transformer).Formulas.Last().Text);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Example_3_loads_with_an_image_through_both_ways(bool strict)
    {
        var spec = Load("### Example 3", strict);

        var image = Assert.IsType<CaImageTransformerSpec>(spec.Transformers.First().Transformer).Images.Single();
        Assert.Equal(("image", "CAMR:IN20:186:IMAGE", "CAMR:IN20:186:N_OF_COL", "CAMR:IN20:186:N_OF_ROW", ImageUnfold.RowMajor), (image.Output, image.ImageChannel, image.XChannel, image.YChannel, image.Unfold));
        var compound = Assert.IsType<CompoundTransformerSpec>(spec.Transformers.Last().Transformer);
        Assert.Equal(["t_1", "t_2"], compound.Children.Select(c => c.Key));
        Assert.Equal("y_img", Assert.IsType<PassThroughTransformerSpec>(compound.Children[1].Transformer).Variables.Single().Input);
        var server = spec.Interfaces.Last();
        Assert.Equal("interface.p4p_server", server.Type);
        var hosted = server.Variables.Single(v => v.Shape == PvShape.Image);
        Assert.Equal(("LUME:MLFLOW:TEST_IMAGE", new ImageSize(640, 480)), (hosted.PvName, hosted.ImageSize));
    }

    [Fact]
    public void Keeps_the_text_and_where_things_stand()
    {
        var text = ReadmeSamples.Yaml("### Example 1");
        var spec = SpecReader.Read(text, "a.yaml").OrThrow();

        Assert.Equal(text, spec.SourceText);
        Assert.Equal("a.yaml", spec.FileName);
        var where = spec.Interfaces.First().Variables[0].Where;
        Assert.Equal("a.yaml", where.File);
        Assert.StartsWith("LUME:MLFLOW:TEST_B:", text.Split('\n')[where.Line - 1][(where.Column - 1)..], StringComparison.Ordinal);
        Assert.Equal("a.yaml:" + where.Line.ToString(CultureInfo.InvariantCulture) + ":7", where.ToString());
    }

    /// <summary>Computed of the same text with Python's hashlib.</summary>
    [Fact]
    public void The_hash_is_that_of_the_text() =>
        Assert.Equal("6407c0f9f9fab68614875d0597224db0b541ff1117e550e2b03b50684b1ca960", SpecReader.Read(Messages.Graph(), "f.yaml").OrThrow().Sha256);
}
