using System.Net;
using System.Text.Json.Nodes;
using ModelManager.Client;
using ModelManager.Silo.Tests.CommandLine;

namespace ModelManager.Silo.Tests.Api;

public sealed class ShadowViewTests(RunningSilo silo) : IClassFixture<RunningSilo>
{
    private string Shadowing(string original) => silo.InjectorYaml.Replace("deployment:", $"deployment:\n  shadow_of: {original}", StringComparison.Ordinal);

    [Fact]
    public async Task A_shadow_with_a_formula_of_its_own_shows_how_far_its_outputs_are_off()
    {
        await silo.Client.Deploy("light", silo.InjectorYaml, new() { Local = "injector", Simulate = true, Publish = true });
        var other = Shadowing("light").Replace("formula: \"(sigma_x**2 + sigma_y**2)**(1/2)\"", "formula: \"2*(sigma_x**2 + sigma_y**2)**(1/2)\"", StringComparison.Ordinal);
        Assert.NotEqual(Shadowing("light"), other);
        await silo.Client.Deploy("dark", other, new() { Local = "injector", Simulate = true });
        await RunningSilo.Until(silo.Client, "dark", "Running");

        DeploymentShadow shadow;
        while ((shadow = (await silo.Client.Get("dark")).Shadow!).Compared < 5)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal(("light", ""), (shadow.Original, shadow.Why));
        Assert.Equal(6, shadow.Outputs.Count);
        Assert.Empty(shadow.OriginalOnly.Concat(shadow.ShadowOnly));
        Assert.All(shadow.Outputs, output => Assert.Equal((0L, 0L), (output.Unlike, output.SeverityDiffers)));
        var doubled = shadow.Outputs.Single(output => output.Name == "LUME:MLFLOW:EXAMPLE:COMBINED");
        Assert.Equal(0.5, doubled.MaxRelative, 1e-12);
        Assert.Equal(2 * doubled.Original.Value!.GetValue<double>(), doubled.Shadow.Value!.GetValue<double>(), 1e-12);
        Assert.All(shadow.Outputs.Where(output => output != doubled), output => Assert.Equal(0, output.MaxAbsolute));

        Assert.Null((await silo.Client.Get("light")).Shadow);
        var (code, page, error) = await ModelManagerProgram.Run("status", "dark", "--server", silo.Host.Url);
        Assert.True(code == 0, error);
        Assert.Contains("compared with light", page, StringComparison.Ordinal);
        var (_, json, _) = await ModelManagerProgram.Run("status", "dark", "--json", "--server", silo.Host.Url);
        Assert.Equal("light", (string?)JsonNode.Parse(json)!["deployment"]!["shadow"]!["original"]);
        await silo.Client.Delete("dark");
        await silo.Client.Delete("light");
    }

    [Fact]
    public async Task A_shadow_of_nothing_of_itself_or_of_a_shadow_is_refused_also_by_plan()
    {
        await silo.Client.Deploy("one", silo.InjectorYaml, new() { Local = "injector", Simulate = true });
        await silo.Client.Deploy("two", Shadowing("one"), new() { Local = "injector", Simulate = true });

        foreach (var (name, original, why) in new[] { ("three", "nobody", "which does not exist here"), ("three", "two", "itself a shadow of 'one'"), ("three", "three", "itself"), ("one", "two", "itself") })
        {
            var error = await Assert.ThrowsAsync<ModelManagerException>(() => silo.Client.Deploy(name, Shadowing(original), new() { Local = "injector", Simulate = true }));
            Assert.Equal((int)HttpStatusCode.UnprocessableEntity, error.StatusCode);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }
        var plan = await silo.Client.Plan("three", Shadowing("nobody"), new() { Local = "injector", Simulate = true });
        Assert.Contains(plan.Problems, problem => problem.Contains("which does not exist here", StringComparison.Ordinal));
        await silo.Client.Delete("two");
        await silo.Client.Delete("one");
    }
}
