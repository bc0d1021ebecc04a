using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Configuration.Tests.Reading;

public class RulesReaderTests
{
    private static PvVariable Input(string yaml) =>
        SpecReader.Read(Messages.Graph(("{name: PV:A}", yaml)), "f.yaml", new() { Strict = true }).OrThrow().Interfaces.First().Variables[0];

    private static PvVariable Output(string yaml) =>
        SpecReader.Read(Messages.Graph(("{proto: pva, name: PV:Y}", yaml)), "f.yaml", new() { Strict = true }).OrThrow().Interfaces.Last().Variables.Single();

    [Theory]
    [InlineData("{on_invalid: propagate}", InvalidInputPolicy.Propagate), InlineData("{on_invalid: hold}", InvalidInputPolicy.Hold), InlineData("{on_invalid: skip}", InvalidInputPolicy.Skip), InlineData("{on_invalid: default, default: 1}", InvalidInputPolicy.Default)]
    public void Policies_of_an_input(string yaml, InvalidInputPolicy expected) => Assert.Equal(expected, Input(yaml).Input.OnInvalid);

    [Fact]
    public void Max_age_is_a_duration() => Assert.Equal(TimeSpan.FromMilliseconds(1500), Input("{max_age: 1500 ms}").Input.MaxAge);

    [Fact]
    public void Every_rule_of_an_output() =>
        Assert.Equal(
            new OutputRules(0.5, TimeSpan.FromMilliseconds(100), 2, -1, 1, PvValue.Double(0), PvValue.Double(9)),
            Output("{dead_band: 0.5, max_rate: 10 Hz, max_step: 2, limits: {low: -1, high: 1}, on_invalid: 0, on_stop: 9}").Output);

    [Theory, InlineData("{on_invalid: hold}"), InlineData("{on_stop: nothing}"), InlineData("{}")]
    public void Hold_and_nothing_are_the_defaults(string yaml) => Assert.Equal(OutputRules.None, Output(yaml).Output);

    [Theory]
    [InlineData("{name: PV:A}", "{on_invalid: holt}", "f.yaml:10:25: 'on_invalid' in modules.source.config.variables.a is 'holt'; expected propagate, hold, default or skip. Did you mean 'hold'?")]
    [InlineData("{name: PV:A}", "{on_invalid: default}", "f.yaml:10:12: 'default' is missing in modules.source.config.variables.a; expected the value that 'on_invalid: default' takes")]
    [InlineData("{proto: pva, name: PV:Y}", "{on_invalid: holt}", "f.yaml:36:25: 'on_invalid' in modules.sink.config.variables.y is 'holt'; expected hold or a value. Did you mean 'hold'?")]
    [InlineData("{proto: pva, name: PV:Y}", "{limits: {low: 2, high: 1}}", "f.yaml:36:21: 'limits' in modules.sink.config.variables.y has low 2 above high 1. Swap them.")]
    [InlineData("{proto: pva, name: PV:Y}", "{dead_band: -1}", "f.yaml:36:24: 'dead_band' in modules.sink.config.variables.y is '-1'; expected a number of at least 0")]
    [InlineData("{proto: pva, name: PV:Y}", "{max_step: .nan}", "f.yaml:36:23: 'max_step' in modules.sink.config.variables.y is '.nan'; expected a number")]
    public void What_is_wrong_is_named(string old, string yaml, string message) => Assert.Equal([message], Messages.Errors(Messages.Graph((old, yaml))));
}
