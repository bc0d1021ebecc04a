using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Configuration.Reading;

/// <summary>The blocks <c>display</c>, <c>control</c> and <c>valueAlarm</c> of a variable and the switches that go with them (poly-lithic's names).</summary>
internal static class AlarmReader
{
    private static readonly string[] LimitKeys = ["lowAlarmLimit", "lowWarningLimit", "highWarningLimit", "highAlarmLimit"];

    public static PvVariable Read(Section section, PvVariable variable)
    {
        var compute = section.Boolean("compute_alarm") ?? false;
        var alarm = ReadAlarm(section, compute);
        if (compute && variable.Shape != PvShape.Scalar)
            section.Findings.Error(section.KeyMark("compute_alarm"), $"'compute_alarm' in {section.Title} is for scalars only", "Remove it: an array or image carries the alarm of what it was computed from.");
        else if (compute && !section.Has("valueAlarm"))
            section.Missing("valueAlarm", "the limits that 'compute_alarm' compares with");
        variable = ReadDisplay(section, variable);
        variable = ReadControl(section, variable);
        return variable with { ComputeAlarm = compute, EnforceControlLimits = section.Boolean("enforce_control_limits") ?? false, ValueAlarm = alarm };
    }

    private static PvVariable ReadDisplay(Section section, PvVariable variable)
    {
        if (section.Sub("display") is not { } display)
            return variable;
        variable = variable with
        {
            Display = ReadLimits(display),
            Description = display.Scalar("description", "text")?.Value ?? "",
            Units = display.Scalar("units", "text")?.Value ?? "",
            DisplayFormat = display.Scalar("format", "text")?.Value ?? "",
        };
        display.Finish();
        return variable;
    }

    private static PvVariable ReadControl(Section section, PvVariable variable)
    {
        if (section.Sub("control") is not { } control)
        {
            if (section.Boolean("enforce_control_limits") == true)
                section.Missing("control", "{limitLow, limitHigh} that 'enforce_control_limits' keeps to");
            return variable;
        }
        variable = variable with { Control = ReadLimits(control), MinStep = control.NumberFromZero("minStep") ?? 0 };
        control.Finish();
        return variable;
    }

    private static Limits ReadLimits(Section block)
    {
        var limits = new Limits(block.Number("limitLow") ?? 0, block.Number("limitHigh") ?? 0);
        if (limits.Low > limits.High)
            block.Findings.Error(block.KeyMark("limitLow"), $"'limitLow' {limits.Low} is above 'limitHigh' {limits.High} in {block.Title}", "Swap them.");
        return limits;
    }

    private static AlarmLimits? ReadAlarm(Section section, bool compute)
    {
        if (section.Sub("valueAlarm") is not { } block)
            return null;
        var active = block.Boolean("active") ?? true;
        if (compute && !active)
            block.Findings.Error(block.KeyMark("active"), $"'active' in {block.Title} is false beside 'compute_alarm: true'", "Remove one of the two.");
        var before = block.Findings.ErrorCount;
        var limits = new double[LimitKeys.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            // Without compute_alarm the limits are only shown to clients: one that is not given is NaN, as IOCs serve it.
            limits[i] = block.Number(LimitKeys[i]) ?? double.NaN;
            if (compute && !block.Has(LimitKeys[i]))
                block.Missing(LimitKeys[i], "a number");
        }
        var given = limits.Where(l => !double.IsNaN(l)).ToArray();
        if (block.Findings.ErrorCount == before && !given.SequenceEqual(given.Order()))
            block.Findings.Error(block.Where, $"the limits of {block.Title} are out of order: {string.Join(", ", limits)}", "Expected lowAlarmLimit <= lowWarningLimit <= highWarningLimit <= highAlarmLimit.");
        var read = new AlarmLimits(
            limits[0], limits[1], limits[2], limits[3],
            Severity(block, "lowAlarmSeverity", AlarmSeverity.Major), Severity(block, "lowWarningSeverity", AlarmSeverity.Minor),
            Severity(block, "highWarningSeverity", AlarmSeverity.Minor), Severity(block, "highAlarmSeverity", AlarmSeverity.Major),
            block.NumberFromZero("hysteresis") ?? 0, active);
        block.Finish();
        return read;
    }

    private static AlarmSeverity Severity(Section block, string key, AlarmSeverity fallback) => (AlarmSeverity?)block.Integer(key, 0, 3) ?? fallback;
}
