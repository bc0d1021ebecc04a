namespace ModelManager.Pipeline;

/// <summary>Events in the last full second. One writer; readers from any thread.</summary>
internal sealed class RateMeter(long ticksPerSecond)
{
    private long _second = long.MinValue;
    private long _current, _last;

    public void Count(long now)
    {
        Roll(now / ticksPerSecond);
        _current++;
    }

    public double PerSecond(long now)
    {
        var second = now / ticksPerSecond;
        return second == _second ? _last : second == _second + 1 ? _current : 0;
    }

    private void Roll(long second)
    {
        if (second == _second)
            return;
        _last = second == _second + 1 ? _current : 0;
        _current = 0;
        _second = second;
    }
}
