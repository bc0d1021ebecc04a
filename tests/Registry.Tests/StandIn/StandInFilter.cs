using System.Text.RegularExpressions;

namespace ModelManager.Registry.Tests.StandIn;

/// <summary>The filter language of the searches, with the differences between the generations.</summary>
internal static partial class StandInFilter
{
    /// <param name="attributes">Attribute -> value of the row.</param>
    public static bool Matches(string? filter, MlflowGeneration generation, IReadOnlyDictionary<string, string> attributes, string validKeys, List<KeyValuePair<string, string>> tags)
    {
        if (string.IsNullOrWhiteSpace(filter))
            return true;
        if (Or().IsMatch(filter))
            throw new StandInException(StandInAnswer.Invalid("Invalid clause(s) in filter string: OR"));
        foreach (var clause in And().Split(filter))
        {
            var match = Clause().Match(clause);
            if (!match.Success)
                throw new StandInException(StandInAnswer.Invalid($"Invalid clause(s) in filter string: {clause}"));
            var key = match.Groups["key"].Value;
            var comparator = match.Groups["op"].Value.ToUpperInvariant();
            var value = match.Groups["value"].Value[1..^1];
            string? actual;
            if (TagKey().Match(key) is { Success: true } tag)
            {
                actual = tags.Value(tag.Groups["name"].Value.Trim('`'));
                // 3.x special-cases the prompt filter; elsewhere != hides rows without the tag.
                if (actual is null && comparator == "!=" && generation == MlflowGeneration.V36 && key.Contains("is_prompt"))
                    continue;
            }
            else if (!attributes.TryGetValue(key, out actual))
                throw new StandInException(StandInAnswer.Invalid($"Invalid attribute key '{key}' specified. Valid keys are '{validKeys}'"));
            if (actual is null || !Compare(actual, comparator, value))
                return false;
        }
        return true;
    }

    private static bool Compare(string actual, string comparator, string value) => comparator switch
    {
        "=" => actual == value,
        "!=" => actual != value,
        _ => Regex.IsMatch(actual, "^" + Regex.Escape(value).Replace("%", ".*").Replace("_", ".") + "$", comparator == "ILIKE" ? RegexOptions.IgnoreCase : RegexOptions.None),
    };

    [GeneratedRegex(@"\sOR\s", RegexOptions.IgnoreCase)]
    private static partial Regex Or();

    [GeneratedRegex(@"\s+AND\s+", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex(@"^\s*(?<key>(tags?\.)?(`[^`]+`|[\w.]+))\s*(?<op>!=|=|I?LIKE)\s*(?<value>'[^']*'|""[^""]*"")\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Clause();

    [GeneratedRegex(@"^tags?\.(?<name>.+)$")]
    private static partial Regex TagKey();
}
