namespace ModelManager.Pipeline;

/// <summary>A foreign device is not made to jump: one post moves it by at most this much towards the result.</summary>
public static class MaxStep
{
    /// <param name="posted">The number posted last. From NaN (none yet) or an infinity no step can be measured: the result goes as it is.</param>
    public static double Apply(double wanted, double posted, double largest, out bool clamped)
    {
        var step = wanted - posted;
        clamped = double.IsFinite(posted) && Math.Abs(step) > largest;
        return clamped ? posted + Math.CopySign(largest, step) : wanted;
    }
}
