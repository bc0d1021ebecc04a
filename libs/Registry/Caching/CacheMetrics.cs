using System.Diagnostics.Metrics;

namespace ModelManager.Registry;

/// <summary>Counters of the cache, on the meter <c>ModelManager.Registry</c>.</summary>
internal sealed class CacheMetrics : IDisposable
{
    public const string MeterName = "ModelManager.Registry";

    private readonly Meter _meter = new(MeterName);

    public CacheMetrics(Func<long> usedBytes, Func<long> freeBytes)
    {
        Hits = _meter.CreateCounter<long>("artifact_cache.hits");
        Misses = _meter.CreateCounter<long>("artifact_cache.misses");
        Bytes = _meter.CreateCounter<long>("artifact_cache.downloaded", "By");
        Evictions = _meter.CreateCounter<long>("artifact_cache.evictions");
        Poisoned = _meter.CreateCounter<long>("artifact_cache.poisoned");
        Stale = _meter.CreateCounter<long>("artifact_cache.stale_served");
        Duration = _meter.CreateHistogram<double>("artifact_cache.download_duration", "s");
        InFlight = _meter.CreateUpDownCounter<long>("artifact_cache.in_flight");
        _meter.CreateObservableGauge("artifact_cache.used", usedBytes, "By");
        _meter.CreateObservableGauge("artifact_cache.free", freeBytes, "By");
    }

    public Meter Meter => _meter;
    public Counter<long> Hits { get; }
    public Counter<long> Misses { get; }
    public Counter<long> Bytes { get; }
    public Counter<long> Evictions { get; }
    public Counter<long> Poisoned { get; }
    public Counter<long> Stale { get; }
    public Histogram<double> Duration { get; }
    public UpDownCounter<long> InFlight { get; }

    public void Dispose() => _meter.Dispose();
}
