namespace ModelManager.Configuration.Reading;

/// <summary>Lists as a sentence has them.</summary>
internal static class Words
{
    private const int Shown = 8;

    /// <summary>"a, b or c".</summary>
    public static string Or(IReadOnlyList<string> names) => Join(names, "or");

    /// <summary>"a, b and c".</summary>
    public static string And(IReadOnlyList<string> names) => Join(names, "and");

    /// <summary>"1 input", "2 inputs".</summary>
    public static string Count(int count, string one, string? many = null) => $"{count} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>The first of many names, and how many more there are.</summary>
    public static string Some(IReadOnlyList<string> names) =>
        names.Count <= Shown ? string.Join(", ", names) : $"{string.Join(", ", names.Take(Shown))} and {names.Count - Shown} more";

    private static string Join(IReadOnlyList<string> names, string word) => names.Count switch
    {
        0 => "",
        1 => names[0],
        _ => $"{string.Join(", ", names.Take(names.Count - 1))} {word} {names[^1]}",
    };
}
