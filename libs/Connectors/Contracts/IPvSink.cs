using System.Collections.Immutable;
using ModelManager.Configuration.Spec;
using ModelManager.Values;

namespace ModelManager.Connectors;

/// <summary>Where results go: posted on served PVs or put to foreign ones. Safe for use from several threads.</summary>
public interface IPvSink
{
    /// <summary>Set when this sink serves its PVs itself: an INVALID result is then posted as INVALID. To foreign PVs it is not written.</summary>
    bool Serves { get; }

    /// <summary>Makes the PVs ready to be written (served ones appear, INVALID/UDF until the first put). Disposing takes them away again.</summary>
    ValueTask<IAsyncDisposable> Open(IReadOnlyList<PvVariable> variables, CancellationToken cancellation);

    /// <summary>Writes values of PVs, all those of one tick in one call. The outcome of each, in order; a PV that refuses does not throw.</summary>
    ValueTask<ImmutableArray<PutOutcome>> Put(UpdateSet values, CancellationToken cancellation);
}

/// <summary>Null = written; otherwise why not.</summary>
public readonly record struct PutOutcome(string PvName, string? Refusal)
{
    public bool Succeeded => Refusal is null;
}
