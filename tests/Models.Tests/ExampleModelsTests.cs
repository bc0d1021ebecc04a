using ModelManager.Testing;

namespace ModelManager.Models.Tests;

/// <summary>The models in <c>examples/</c>, found by folder as <c>-l</c> does, against what torch made of them.</summary>
public class ExampleModelsTests
{
    [Theory]
    [InlineData("injector")]
    [InlineData("simple")]
    public void Agrees_with_torch(string example)
    {
        var folder = Path.Combine(SharedData.RepositoryRoot, "examples", example);
        var model = Case.Of(folder, Path.Combine(folder, "make", "reference.json"));
        model.AssertScalars(1e-12);
        model.AssertBatch(1e-12);
    }

    [Fact]
    public void The_injector_takes_what_the_transformer_of_Example_2_computes()
    {
        using var model = Case.Load(Path.Combine(SharedData.RepositoryRoot, "examples", "injector"));
        Assert.Equal(
            ["distgen:t_dist:length:value", "distgen:r_dist:sigma_xy:value", "SOL1:solenoid_field_scale", "CQ01:b1_gradient", "SQ01:b1_gradient", "L0A_phase:dtheta0_deg", "L0B_phase:dtheta0_deg",
             "L0A_scale:voltage", "L0B_scale:voltage", "QA01:b1_gradient", "QA02:b1_gradient", "QE01:b1_gradient", "QE02:b1_gradient", "QE03:b1_gradient", "QE04:b1_gradient", "distgen:total_charge:value"],
            model.Info.Inputs.Select(i => i.Name));
        Assert.Equal(["sigma_x", "sigma_y", "sigma_z", "norm_emit_x", "norm_emit_y"], model.Info.Outputs.Select(o => o.Name));
        Assert.All(model.Info.Inputs, input => Assert.NotEqual("", input.Units));
        var outputs = model.Evaluate(new Dictionary<string, double>());
        Assert.InRange(outputs["sigma_x"], 5e-5, 5e-4);
        Assert.InRange(outputs["sigma_z"], 1e-4, 1e-3);
        Assert.InRange(outputs["norm_emit_x"], 1e-7, 2e-6);
    }
}
