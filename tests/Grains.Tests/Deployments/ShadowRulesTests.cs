using ModelManager.Configuration.Spec;
using ModelManager.Grains.Deployments;

namespace ModelManager.Grains.Tests.Deployments;

public class ShadowRulesTests
{
    [Theory]
    [InlineData("default/new", null, null)]
    [InlineData("default/new", "default/plain", null)]
    [InlineData("default/new", "default/new", "deployment 'new' would be a shadow of itself")]
    [InlineData("default/new", "default/absent", "deployment 'new' would be a shadow of 'absent', which does not exist here: deploy 'absent' on this server first")]
    [InlineData("default/new", "default/shadow", "deployment 'new' would be a shadow of 'shadow', which is itself a shadow of 'light': name 'light'")]
    [InlineData("default/light", "default/plain", "deployment 'light' has a shadow itself ('shadow') and cannot become one")]
    [InlineData("default/shadow", "default/plain", null)]
    [InlineData("ns/new", "ns/other", "'ns/other', which does not exist here")]
    public void A_shadow_needs_an_original_that_is_no_shadow(string key, string? original, string? refusal)
    {
        var refused = ShadowRules.Refuses(
            key, new DeploymentSpec { Name = key, Modules = [], ShadowOf = original }, [Entry("default/light"), Entry("default/shadow", "default/light"), Entry("default/plain")]);

        if (refusal is null)
            Assert.Null(refused);
        else
            Assert.Contains(refusal, refused, StringComparison.Ordinal);
    }

    private static CatalogEntry Entry(string name, string? shadowOf = null) => new(name, DesiredRun.Running, false, 1, [], [], [], shadowOf);
}
