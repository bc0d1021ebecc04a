using ModelManager.Values;

namespace ModelManager.Pipeline;

/// <summary>The stamps of one output never go back: archivers drop such samples and displays jump.</summary>
public static class MonotonicStamp
{
    /// <summary>The later of the two; on a repeat or a step back the last one, which is then counted.</summary>
    /// <param name="last">Not set before the first result.</param>
    public static PvTime Next(in PvTime wanted, in PvTime last, out bool repeated)
    {
        repeated = last.IsSet && wanted <= last;
        return repeated ? last with { UserTag = wanted.CompareTo(last) == 0 ? wanted.UserTag : last.UserTag } : wanted;
    }
}
