namespace ModelManager.Values;

/// <summary>A value with its quality: alarm, source stamp, local receive time and metadata.</summary>
/// <param name="ReceivedTicks">Monotonic local time of arrival (<see cref="System.Diagnostics.Stopwatch"/> ticks); ages and latencies come from this clock only.</param>
public readonly record struct PvSample(PvValue Value, Alarm Alarm, PvTime Time, long ReceivedTicks = 0, PvMeta? Meta = null);
