using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Tests.Reading;

public class DeploymentReaderTests
{
    private static DeploymentSpec Read(string deployment) => SpecReader.Read(Messages.Graph(("  rate: 0.1\n", deployment)), "f.yaml", new() { Strict = true }).OrThrow();

    private static string[] Errors(string deployment) => Messages.Errors(Messages.Graph(("  rate: 0.1\n", deployment)));

    private static string[] Warnings(string deployment) => Messages.Warnings(Messages.Graph(("  rate: 0.1\n", deployment)));

    [Fact]
    public void Without_keys_everything_has_its_default()
    {
        var spec = Read("  type: continuous\n");
        Assert.Equal(("f", false, TriggerSpec.Any, DeliveryKind.Direct, null, StampRuleKind.Newest, false, null, null), (spec.Name, spec.Publish, spec.Trigger, spec.Delivery, spec.Mailbox, spec.Timestamp, spec.AllowPython, spec.ShadowOf, spec.Model));
        Assert.Empty(spec.RequiredLabels);
    }

    [Fact]
    public void Every_key_of_ours()
    {
        var spec = Read("""
              name: injector-1
              model: {name: lcls, version: 16}
              publish: true
              delivery: stream
              mailbox: every
              timestamp: oldest
              labels: {required: [gpu], preferred: [rack1, rack2]}
              python: allow

            """);
        Assert.Equal("injector-1", spec.Name);
        Assert.Equal(new("lcls", "16", null, null), spec.Model);
        Assert.True(spec.Publish);
        Assert.Equal((DeliveryKind.Stream, MailboxKind.Every, StampRuleKind.Oldest, true), (spec.Delivery, spec.Mailbox, spec.Timestamp, spec.AllowPython));
        Assert.Equal(["gpu"], spec.RequiredLabels);
        Assert.Equal(["rack1", "rack2"], spec.PreferredLabels);
        Assert.Equal("other", Read("  shadow_of: other\n").ShadowOf);
    }

    [Theory]
    [InlineData("  publish: off\n", false), InlineData("  publish: yes\n", true), InlineData("  publish: \"True\"\n", true)]
    public void Publish_reads_as_upstreams_reader_does(string deployment, bool expected) => Assert.Equal(expected, Read(deployment).Publish);

    [Theory]
    [InlineData("  publish: maybe\n", "f.yaml:2:12: 'publish' in deployment is 'maybe'; expected true or false")]
    [InlineData("  name: my deployment\n", "f.yaml:2:9: 'name' in deployment is 'my deployment'; expected at most 100 letters, digits, '.', '_' or '-', beginning with a letter or digit")]
    [InlineData("  model: {name: a, path: b}\n", "f.yaml:2:10: deployment.model has both 'name' and 'path'; expected one of them. Write {name, version} for a registered model, {path, factory} for a local one.")]
    [InlineData("  model: lcls\n", "f.yaml:2:10: 'model' in deployment is 'lcls'; expected a mapping")]
    [InlineData("  mailbox: lates\n", "f.yaml:2:12: 'mailbox' in deployment is 'lates'; expected latest or every. Did you mean 'latest'?")]
    [InlineData("  timestamp: [newest]\n", "f.yaml:2:14: 'timestamp' in deployment is a list; expected newest, oldest, trigger or now")]
    [InlineData("  python: alow\n", "f.yaml:2:11: 'python' in deployment is 'alow'; expected deny or allow. Did you mean 'allow'?")]
    [InlineData("  name: a\n  shadow_of: a\n", "f.yaml:3:3: 'shadow_of' in deployment names the deployment itself. Name the one whose outputs are compared.")]
    [InlineData("  shadow_of: a\n  publish: true\n", "f.yaml:3:3: 'publish' in deployment is true beside 'shadow_of'. A shadow publishes nothing: remove one of the two.")]
    public void What_is_wrong_is_named(string deployment, string message) => Assert.Equal([message], Errors(deployment));

    [Theory]
    [InlineData("a", null, 1)]
    [InlineData("a", "b", 0)]
    [InlineData("c", "a", 1)]
    public void A_shadow_of_itself_is_told_by_the_name_it_will_run_under(string name, string? deployedAs, int errors) =>
        Assert.Equal(errors, SpecReader.Read(Messages.Graph(("  rate: 0.1\n", $"  name: {name}\n  shadow_of: a\n")), "f.yaml", new() { DeployedAs = deployedAs }).Errors.Length);

    [Fact]
    public void All_errors_come_at_once() => Assert.Equal(4, Errors("  rate: x\n  publish: x\n  delivery: x\n  timestamp: x\n").Length);

    [Fact]
    public void An_unknown_key_warns_and_is_an_error_when_strict()
    {
        const string Message = "f.yaml:2:3: unknown key 'trigerr' in deployment. Did you mean 'trigger'?";
        Assert.Equal([Message], Warnings("  trigerr: any\n"));
        Assert.Equal([Message], Messages.Errors(Messages.Graph(("  rate: 0.1\n", "  trigerr: any\n")), strict: true));
    }

    [Theory]
    [InlineData("  type: continous\n", "f.yaml:2:9: 'type' in deployment is 'continous'; only 'continuous' has a meaning. Did you mean 'continuous'?")]
    [InlineData("  min_monitor_interval: 0.1\n", "f.yaml:2:3: 'min_monitor_interval' in deployment has no effect here. Use 'rate' for at most one tick per interval.")]
    [InlineData("  model: {name: a, factory: F}\n", "f.yaml:2:20: 'factory' in deployment.model has no effect without 'path'")]
    public void What_has_no_effect_warns(string deployment, string message) => Assert.Equal([message], Warnings(deployment));
}
