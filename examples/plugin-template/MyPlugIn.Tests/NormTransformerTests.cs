using ModelManager.Configuration.Spec;
using ModelManager.Pipeline;

namespace MyPlugIn.Tests;

public class NormTransformerTests
{
    private static readonly SourceMark Mark = new("pv_mapping.yaml", 1, 1);

    private static PluginTransformerSpec Spec(params string[] outputs) => new("MyPlugInNorm", ["X", "Y"], [.. outputs], "", Mark);

    [Fact]
    public void Is_known_by_its_type_name()
    {
        var errors = new List<SpecError>();
        var transformer = new TransformerRegistry(new NormTransformerFactory()).Create(Spec("r"), errors);
        Assert.Empty(errors);
        Assert.Equal(["X", "Y"], transformer!.Inputs);
        Assert.Equal(["r"], transformer.Outputs);
    }

    [Fact]
    public void Refuses_two_outputs()
    {
        var errors = new List<SpecError>();
        Assert.Null(new TransformerRegistry(new NormTransformerFactory()).Create(Spec("r", "s"), errors));
        Assert.Contains("'variables' has 2 keys", Assert.Single(errors).Problem);
    }
}
