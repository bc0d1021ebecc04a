using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The control limits of a PV and its smallest step (upstream.md A4a), enforced with <c>enforce_control_limits</c> whether or not alarms are computed.</summary>
public static class ControlLimits
{
    /// <summary>Clamps to the limits (both zero = not given); otherwise rounds to a multiple of the step, halves to even. A clamped value is not rounded, and one whose nearest multiple lies outside is clamped.</summary>
    public static double Apply(double value, in Limits limits, double minStep, out bool clamped)
    {
        clamped = false;
        if (double.IsNaN(value))
            return value;
        if (limits.AreSet && (value < limits.Low || value > limits.High))
        {
            clamped = true;
            return value < limits.Low ? limits.Low : limits.High;
        }
        if (!(minStep > 0) || !double.IsFinite(value))
            return value;
        var rounded = Math.Round(value / minStep, MidpointRounding.ToEven) * minStep;
        if (!double.IsFinite(rounded))
            return value;
        // The nearest multiple may lie outside.
        clamped = limits.AreSet && (rounded < limits.Low || rounded > limits.High);
        return clamped ? rounded < limits.Low ? limits.Low : limits.High : rounded;
    }
}
