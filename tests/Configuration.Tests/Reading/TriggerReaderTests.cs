using ModelManager.Configuration.Reading;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Tests.Reading;

public class TriggerReaderTests
{
    private static (TriggerSpec Trigger, string[] Errors) Read(string deployment)
    {
        var findings = new Findings("f.yaml", strict: false);
        var mapping = Assert.IsType<YamlMapping>(YamlTreeReader.Read(deployment, findings));
        return (TriggerReader.Read(new Section(mapping, "deployment", findings)), Messages.Texts(findings.Errors.AddRange(findings.Warnings)));
    }

    [Fact]
    public void A_rate_alone_limits_how_often_any_update_makes_a_tick() =>
        Assert.Equal(new(TriggerKind.Any, TimeSpan.FromMilliseconds(100)), Read("rate: 0.1").Trigger);

    [Fact]
    public void Trigger_rate_ticks_at_the_rate() => Assert.Equal(new(TriggerKind.Rate, TimeSpan.FromSeconds(2)), Read("{trigger: rate, rate: 2 s}").Trigger);

    [Fact]
    public void Trigger_leader_names_its_leader() => Assert.Equal(new(TriggerKind.Leader, null, "A:B"), Read("{trigger: leader, leader: 'A:B'}").Trigger);

    [Fact]
    public void Aligned_is_read_in_full_and_refused_for_now()
    {
        var (trigger, errors) = Read("{trigger: aligned, align: {by: user_tag, window: 5 ms, quorum: 3, late: use}}");
        Assert.Equal(new AlignSpec(AlignBy.UserTag, TimeSpan.FromMilliseconds(5), 3, LatePolicy.Use), trigger.Align);
        Assert.Equal(["f.yaml:1:11: trigger 'aligned' is not available yet. Use 'any', 'rate' or 'leader'."], errors);
    }

    [Theory]
    [InlineData("trigger: rate", "f.yaml:1:1: 'rate' is missing in deployment; expected the seconds between ticks that 'trigger: rate' needs")]
    [InlineData("trigger: leader", "f.yaml:1:1: 'leader' is missing in deployment; expected the variable whose update makes a tick with 'trigger: leader'")]
    [InlineData("trigger: leadr", "f.yaml:1:10: 'trigger' in deployment is 'leadr'; expected any, rate, leader or aligned. Did you mean 'leader'?")]
    [InlineData("leader: x", "f.yaml:1:1: 'leader' in deployment has no effect without 'trigger: leader'")]
    [InlineData("rate: 0", "f.yaml:1:7: 'rate' in deployment is '0'; expected a duration (0.1 for seconds, 500 ms, 2 s, 1 min)")]
    [InlineData("rate: None", "f.yaml:1:7: 'rate' in deployment is 'None'; expected a duration (0.1 for seconds, 500 ms, 2 s, 1 min)")]
    public void What_does_not_go_together(string deployment, string message) => Assert.Equal([message], Read(deployment).Errors);
}
