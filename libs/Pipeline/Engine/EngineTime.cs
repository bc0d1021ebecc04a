using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>What the engine is told of the world with every event, because it reads no clock itself.</summary>
/// <param name="Utc">Wall clock, for stamps only.</param>
/// <param name="Ticks">Monotonic clock, for ages, rates and latencies.</param>
/// <param name="MayPublish">The publish lease is held at this moment.</param>
public readonly record struct EngineTime(PvTime Utc, long Ticks, bool MayPublish = true);
