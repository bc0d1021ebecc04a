using System.Collections.Immutable;

namespace ModelManager.Pipeline;

/// <summary>What a deployment takes along when it moves: stamps that must not go back, references of the output rules, states of transformers. JSON, schema 1.</summary>
internal sealed record EngineState(int Schema, ImmutableArray<SavedOutput> Outputs, ImmutableSortedDictionary<string, string> Transformers)
{
    public const int CurrentSchema = 1;
}

/// <param name="Stamp">Seconds, nanoseconds, user tag; null before the first result.</param>
/// <param name="Posted">The value posted last, as the 16 hexadecimal digits of its IEEE bits; null before the first.</param>
/// <param name="PostedAgoMicroseconds">How long before the save it was posted: monotonic clocks of two machines have nothing in common.</param>
internal sealed record SavedOutput(string Sink, string Pv, ImmutableArray<long>? Stamp, string? Posted, int PostedSeverity, long PostedAgoMicroseconds, int Level);
