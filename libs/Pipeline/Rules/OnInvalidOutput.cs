using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>What an INVALID result does to an output (DESIGN section 6): served PVs show it as INVALID; foreign PVs are left alone, or given a fixed value.</summary>
public static class OnInvalidOutput
{
    /// <param name="serves">The sink serves the PV itself.</param>
    /// <param name="instead"><c>on_invalid</c>: the value to write, or null to hold.</param>
    /// <returns>False: nothing is written.</returns>
    public static bool Apply(in PvSample result, bool serves, PvValue? instead, out PvSample posted)
    {
        posted = result;
        if (serves || result.Alarm.Severity < AlarmSeverity.Invalid)
            return true;
        if (instead is not { } value)
            return false;
        posted = result with { Value = value };
        return true;
    }
}
