namespace ModelManager.Models.Tests.Evaluation;

public class ModelDictionaryTests
{
    [Fact]
    public void An_unknown_name_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<ModelException>(() => Case.Of("elu").Model.Evaluate(new Dictionary<string, double> { ["x1"] = 1, ["x4"] = 1 }));
        Assert.Equal("model 'm' has no input 'x4'; it has x1, x2, x3", error.Message);
    }

    [Fact]
    public void Warnings_are_given_where_they_are_wanted()
    {
        var warnings = new List<ModelWarning>();
        Case.Of("elu").Model.Evaluate(new Dictionary<string, double> { ["x1"] = 2000 }, warnings);
        Assert.Equal("x1", Assert.Single(warnings).Variable);
    }

    [Theory]
    [InlineData("lcls")]
    [InlineData("injector")]
    public void Sixteen_in_and_five_out_allocate_the_result_only(string which)
    {
        using var model = Case.Load(which == "lcls"
            ? ModelManager.Testing.SharedData.Require("data/models/lcls/model/pv_model.yml")
            : Path.Combine(ModelManager.Testing.SharedData.RepositoryRoot, "examples", "injector"));
        var inputs = model.Info.Inputs.ToDictionary(i => i.Name, i => i.Default.AsDouble());
        Assert.InRange(Allocations.PerCall(() => model.Evaluate(inputs)), 1, 400);
    }
}
