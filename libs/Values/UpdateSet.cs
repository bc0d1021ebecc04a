using System.Collections.Immutable;

namespace ModelManager.Values;

/// <summary>The atom: updates that belong together (a monitor event, a k2eg iteration, a file row, a pulse) and are applied as a whole.</summary>
/// <param name="Id">Consecutive within one connector; a row number for files.</param>
public readonly record struct UpdateSet(long Id, ImmutableArray<PvUpdate> Updates)
{
    public static UpdateSet Of(long id, params ReadOnlySpan<PvUpdate> updates) => new(id, [.. updates]);
}

/// <summary>Consecutive sets of one connector, at most <see cref="MaxSets"/>. Where one batch ends and the next begins never changes a result.</summary>
public sealed record PvBatch(string Source, ImmutableArray<UpdateSet> Sets)
{
    public const int MaxSets = 256;
}
