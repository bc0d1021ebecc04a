using ModelManager.Pipeline;
using ModelManager.Values;

namespace ModelManager.Grains.Deployments;

/// <summary>Readings of an engine as they travel between silos.</summary>
internal static class PvBatches
{
    public static PvBatch Of(string source, IEnumerable<PvReading> readings) => new(source, [new UpdateSet(0, [.. readings.Select(reading => new PvUpdate(reading.PvName, reading.Sample))])]);
}
