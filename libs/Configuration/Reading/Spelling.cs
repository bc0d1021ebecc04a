namespace ModelManager.Configuration.Reading;

/// <summary>Did-you-mean: the candidate nearest to a word by edit distance (insert, delete, replace, swap of neighbours), case aside.</summary>
internal static class Spelling
{
    // Beyond this many candidates a suggestion would cost more than it helps.
    private const int MostCandidates = 2_000;

    /// <summary>"Did you mean 'x'?", or empty when nothing is near.</summary>
    public static string DidYouMean(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } nearest ? $"Did you mean '{nearest}'?" : "";

    /// <summary>The nearest candidate within a third of the word's length, at most three edits; null when none is.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        var (best, bestDistance) = ((string?)null, Math.Clamp(word.Length / 3, 1, 3) + 1);
        foreach (var candidate in candidates.Take(MostCandidates))
        {
            if (candidate == word || Math.Abs(candidate.Length - word.Length) >= bestDistance)
                continue;
            var distance = Distance(word, candidate, bestDistance);
            if (distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>Optimal string alignment distance, or <paramref name="enough"/> once it cannot be less.</summary>
    public static int Distance(string left, string right, int enough)
    {
        const int OnStack = 128;
        var width = right.Length + 1;
        Span<int> rows = width <= OnStack ? stackalloc int[3 * OnStack] : new int[3 * width];
        var before = rows[..width];
        var previous = rows.Slice(width, width);
        var current = rows.Slice(2 * width, width);
        for (var j = 0; j <= right.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            var least = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                current[j] = Math.Min(Math.Min(previous[j] + 1, current[j - 1] + 1), previous[j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                least = Math.Min(least, current[j]);
            }
            if (least >= enough)
                return enough;
            var spare = before;
            before = previous;
            previous = current;
            current = spare;
        }
        return previous[right.Length];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
