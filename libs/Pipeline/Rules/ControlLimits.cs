using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The control limits of a PV and its smallest step (upstream.md A4a), enforced with <c>enforce_control_limits</c> whether or not alarms are computed.</summary>
public static class ControlLimits
{
    /// <summary>Clamps to the limits (both zero = not given); otherwise rounds to a multiple of the step, halves to even. A clamped value is not rounded, and one whose nearest multiple lies outside is clamped.</summary>
    public static double Apply(double value, in Limits limits, double minStep, out bool clamped)
    {
        var inside = Clamp(value, limits, out clamped);
        if (clamped || !(minStep > 0) || !double.IsFinite(value))
            return inside;
        var rounded = Math.Round(value / minStep, MidpointRounding.ToEven) * minStep;
        // The nearest multiple may lie outside.
        return double.IsFinite(rounded) ? Clamp(rounded, limits, out clamped) : value;
    }

    // NaN is neither below nor above.
    private static double Clamp(double value, in Limits limits, out bool clamped)
    {
        clamped = limits.AreSet && (value < limits.Low || value > limits.High);
        return !clamped ? value : value < limits.Low ? limits.Low : limits.High;
    }
}
