using System.Text.Json;

namespace ModelManager.Formulas.Tests;

/// <summary>Reads corpus rows and compares answers by the rule of the reference comparator (formula_check.py), in its strict mode.</summary>
internal static class CorpusFile
{
    /// <summary>The ids and formulas of rows whose answer is wrong, and how many rows there were of each level.</summary>
    public static (List<string> Failures, Dictionary<string, (int Total, int Bad)> Levels) Check(string path)
    {
        var failures = new List<string>();
        var levels = new Dictionary<string, (int Total, int Bad)>();
        foreach (var line in File.ReadLines(path))
        {
            using var row = JsonDocument.Parse(line);
            using var answer = JsonDocument.Parse(FormulaLines.Answer(line, out _));
            var level = row.RootElement.TryGetProperty("level", out var l) ? l.GetString()! : "MUST";
            var good = IsGood(row.RootElement, answer.RootElement);
            var (total, bad) = levels.GetValueOrDefault(level);
            levels[level] = (total + 1, bad + (good ? 0 : 1));
            if (!good)
                failures.Add($"{level} {row.RootElement.GetProperty("id").GetString()}: {Short(row.RootElement.GetProperty("formula").GetString()!)} expected {row.RootElement.GetProperty("expected")} got {Short(answer.RootElement.ToString())}");
        }
        return (failures, levels);
    }

    private static bool IsGood(JsonElement row, JsonElement answer)
    {
        var tolerance = row.TryGetProperty("tol", out var t) ? t.GetDouble() : 1e-12;
        if (Matches(answer, row.GetProperty("expected"), tolerance, strict: true))
            return true;
        return row.TryGetProperty("accept", out var accept) && accept.EnumerateArray().Any(a => Matches(answer, a, tolerance, strict: false));
    }

    private static bool Matches(JsonElement answer, JsonElement expected, double tolerance, bool strict)
    {
        if (expected.ValueKind == JsonValueKind.Object)
            return answer.TryGetProperty("error", out var error) && (!strict || error.GetString() == expected.GetProperty("error").GetString());
        return answer.TryGetProperty("value", out var value) && Equal(value, expected, tolerance);
    }

    private static bool Equal(JsonElement got, JsonElement expected, double tolerance)
    {
        if (got.ValueKind == JsonValueKind.Array || expected.ValueKind == JsonValueKind.Array)
            return got.ValueKind == expected.ValueKind && got.GetArrayLength() == expected.GetArrayLength()
                && got.EnumerateArray().Zip(expected.EnumerateArray()).All(p => Equal(p.First, p.Second, tolerance));
        var (g, e) = (Number(got), Number(expected));
        if (double.IsNaN(e))
            return double.IsNaN(g);
        if (double.IsInfinity(e) || !double.IsFinite(g))
            return g == e;
        return Math.Abs(g - e) <= tolerance * Math.Abs(e) + (e == 0 ? 1e-15 : 5e-324);
    }

    private static double Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? FormulaArguments.ParseNumber(element.GetString()!) : element.GetDouble();

    private static string Short(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
