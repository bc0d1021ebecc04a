using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Configuration.Tests.Reading;

/// <summary>Blocks and rules of upstream.md A4a.</summary>
public class AlarmReaderTests
{
    private const string Limits = "lowAlarmLimit: -8, lowWarningLimit: -5, highWarningLimit: 5, highAlarmLimit: 8";

    private static PvVariable Read(string yaml) =>
        SpecReader.Read(Messages.Graph(("{proto: pva, name: PV:Y}", yaml)), "f.yaml", new() { Strict = true }).OrThrow().Interfaces.Last().Variables.Single();

    private static string[] Errors(string yaml) => Messages.Errors(Messages.Graph(("{proto: pva, name: PV:Y}", yaml)));

    [Fact]
    public void Every_key()
    {
        var variable = Read($$"""
            {compute_alarm: true, enforce_control_limits: true, display: {description: beam size, units: mm, format: '%.3f', limitLow: -20, limitHigh: 20},
                      control: {limitLow: -10, limitHigh: 10, minStep: 0.1}, valueAlarm: {active: true, {{Limits}}, lowAlarmSeverity: 3, highWarningSeverity: 0, hysteresis: 0.5} }
            """);
        Assert.True(variable.ComputeAlarm && variable.EnforceControlLimits);
        Assert.Equal(("beam size", "mm", "%.3f", new Limits(-20, 20)), (variable.Description, variable.Units, variable.DisplayFormat, variable.Display));
        Assert.Equal((new Limits(-10, 10), 0.1), (variable.Control, variable.MinStep));
        Assert.Equal(new(-8, -5, 5, 8, AlarmSeverity.Invalid, AlarmSeverity.Minor, AlarmSeverity.NoAlarm, AlarmSeverity.Major, 0.5), variable.ValueAlarm);
    }

    [Fact]
    public void Limits_for_display_only_may_be_incomplete()
    {
        var alarm = Read("{valueAlarm: {highAlarmLimit: 8}}").ValueAlarm!;
        Assert.Equal((double.NaN, 8.0, true), (alarm.LowAlarm, alarm.HighAlarm, alarm.Active));
    }

    [Theory]
    [InlineData("{compute_alarm: true}", "f.yaml:36:12: 'valueAlarm' is missing in modules.sink.config.variables.y; expected the limits that 'compute_alarm' compares with")]
    [InlineData("{compute_alarm: true, valueAlarm: {lowAlarmLimit: 0, lowWarningLimit: 1, highWarningLimit: 2}}", "f.yaml:36:46: 'highAlarmLimit' is missing in modules.sink.config.variables.y.valueAlarm; expected a number")]
    [InlineData("{compute_alarm: true, valueAlarm: {active: false, " + Limits + "}}", "f.yaml:36:47: 'active' in modules.sink.config.variables.y.valueAlarm is false beside 'compute_alarm: true'. Remove one of the two.")]
    [InlineData("{valueAlarm: {lowAlarmLimit: 1, highAlarmLimit: 0}}", "f.yaml:36:25: the limits of modules.sink.config.variables.y.valueAlarm are out of order: 1, NaN, NaN, 0. Expected lowAlarmLimit <= lowWarningLimit <= highWarningLimit <= highAlarmLimit.")]
    [InlineData("{compute_alarm: true, type: waveform, valueAlarm: {" + Limits + "}}", "f.yaml:36:13: 'compute_alarm' in modules.sink.config.variables.y is for scalars only. Remove it: an array or image carries the alarm of what it was computed from.")]
    [InlineData("{valueAlarm: 8}", "f.yaml:36:25: 'valueAlarm' in modules.sink.config.variables.y is '8'; expected a mapping")]
    [InlineData("{valueAlarm: {highAlarmSeverity: 4}}", "f.yaml:36:45: 'highAlarmSeverity' in modules.sink.config.variables.y.valueAlarm is '4'; expected a whole number from 0 to 3")]
    [InlineData("{control: {limitLow: 2, limitHigh: 1}}", "f.yaml:36:23: 'limitLow' 2 is above 'limitHigh' 1 in modules.sink.config.variables.y.control. Swap them.")]
    [InlineData("{enforce_control_limits: true}", "f.yaml:36:12: 'control' is missing in modules.sink.config.variables.y; expected {limitLow, limitHigh} that 'enforce_control_limits' keeps to")]
    public void What_is_wrong_is_named(string yaml, string message) => Assert.Equal([message], Errors(yaml));

    [Fact]
    public void A_misspelt_limit_is_told() =>
        Assert.Equal(["f.yaml:36:26: unknown key 'highAlarmLimt' in modules.sink.config.variables.y.valueAlarm. Did you mean 'highAlarmLimit'?"], Messages.Warnings(Messages.Graph(("{proto: pva, name: PV:Y}", "{valueAlarm: {highAlarmLimt: 8}}"))));
}
