using System.Collections.Immutable;

namespace ModelManager.Coordination;

/// <summary>Who may host or write which PV. A PV name is global, whatever the namespace of the deployment or the protocol; a deployment's whole set is claimed, or nothing.</summary>
/// <remarks>Claimed is what is really hosted or written: a deployment with publish off, a simulated one and a shadow claim nothing.</remarks>
public sealed record ClaimTable(ImmutableDictionary<string, string> OwnerOfPv)
{
    public static ClaimTable Empty { get; } = new(ImmutableDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>Makes <paramref name="pvs"/> the set of this owner: what it held before and no longer asks for is released in the same step.</summary>
    public ClaimResult Claim(string owner, IReadOnlyCollection<string> pvs)
    {
        var wanted = pvs.ToHashSet(StringComparer.Ordinal);
        var conflicts = wanted
            .Where(pv => OwnerOfPv.TryGetValue(pv, out var holder) && holder != owner)
            .Order(StringComparer.Ordinal)
            .Select(pv => new ClaimConflict(pv, OwnerOfPv[pv]))
            .ToImmutableArray();
        if (!conflicts.IsEmpty)
            return new(this, conflicts);

        var next = OwnerOfPv.ToBuilder();
        foreach (var pv in Of(owner).Where(pv => !wanted.Contains(pv)))
            next.Remove(pv);
        foreach (var pv in wanted)
            next[pv] = owner;
        return new(new ClaimTable(next.ToImmutable()), []);
    }

    public ClaimTable Release(string owner) => Claim(owner, []).Table;

    public IEnumerable<string> Of(string owner) => OwnerOfPv.Where(entry => entry.Value == owner).Select(entry => entry.Key);
}

/// <param name="Table">The table after the claim; the old one when it was refused.</param>
public sealed record ClaimResult(ClaimTable Table, ImmutableArray<ClaimConflict> Conflicts)
{
    public bool Granted => Conflicts.IsEmpty;
}

public readonly record struct ClaimConflict(string Pv, string Holder);
