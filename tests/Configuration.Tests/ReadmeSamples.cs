using System.Text.RegularExpressions;
using ModelManager.Testing;

namespace ModelManager.Configuration.Tests;

/// <summary>The fenced code blocks of the original README, in order, by the heading above them.</summary>
internal static partial class ReadmeSamples
{
    /// <summary>The only YAML block under a heading, for example <c>Example 2</c>; skips where the README is absent.</summary>
    public static string Yaml(string heading) => Block(heading, "yaml");

    public static string Json(string textBefore) => Block(textBefore, "json");

    private static string Block(string heading, string language)
    {
        var text = File.ReadAllText(SharedData.Require("reference/original-readme.md"));
        var start = text.IndexOf(heading, StringComparison.Ordinal);
        Assert.True(start >= 0, $"the original README has '{heading}'");
        var match = Fence().Matches(text[start..]).First(m => m.Groups[1].Value == language);
        return match.Groups[2].Value;
    }

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
