using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>Small changes are not posted. A change of severity always is, so an alarm never hides in the band.</summary>
public static class DeadBand
{
    /// <param name="band">Inclusive: a change by exactly the band is not posted.</param>
    /// <param name="posted">The value posted last.</param>
    public static bool Holds(double value, AlarmSeverity severity, double posted, AlarmSeverity postedSeverity, double band) =>
        severity == postedSeverity && Math.Abs(value - posted) <= band;
}
