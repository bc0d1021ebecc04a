namespace ModelManager.Pipeline;

/// <summary>Hard limits of an output (<c>limits: {low, high}</c>), whatever alarms say.</summary>
public static class OutputLimits
{
    /// <param name="low">Null = no lower limit.</param>
    /// <param name="high">Null = no upper limit.</param>
    public static double Apply(double value, double? low, double? high, out bool clamped)
    {
        var result = value;
        if (high is { } most && result > most)
            result = most;
        if (low is { } least && result < least)
            result = least;
        clamped = result != value && !double.IsNaN(value);
        return result;
    }
}
