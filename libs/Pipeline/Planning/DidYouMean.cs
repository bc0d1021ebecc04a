namespace ModelManager.Pipeline;

/// <summary>The nearest known name to one that is not known.</summary>
internal static class DidYouMean
{
    /// <summary>"Did you mean 'x'?" when a name is near; otherwise what else to do.</summary>
    public static string Hint(string name, IEnumerable<string> known, string otherwise)
    {
        var best = known.Select(k => (Name: k, Distance: Distance(name, k))).OrderBy(k => k.Distance).ThenBy(k => k.Name, StringComparer.Ordinal).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, name.Length / 3) ? $"Did you mean '{best.Name}'?" : otherwise;
    }

    /// <summary>Levenshtein distance, case counting half: a wrong case is the nearest mistake.</summary>
    private static double Distance(string left, string right)
    {
        var previous = new double[right.Length + 1];
        var current = new double[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, previous[j - 1] + Cost(left[i - 1], right[j - 1]));
            (previous, current) = (current, previous);
        }
        return previous[right.Length];
    }

    private static double Cost(char left, char right) =>
        left == right ? 0 : char.ToUpperInvariant(left) == char.ToUpperInvariant(right) ? 0.5 : 1;
}
