using System.Text;

namespace ModelManager.Models;

/// <summary>Python's <c>json.dumps</c> writes NaN, Infinity and -Infinity as bare words, which is not JSON. Here they become the texts that <see cref="EvaluationRow"/> reads.</summary>
internal static class BareNumbers
{
    private static readonly string[] Words = ["-Infinity", "Infinity", "NaN"];

    public static string Quoted(string json)
    {
        if (!json.Contains("NaN", StringComparison.Ordinal) && !json.Contains("Infinity", StringComparison.Ordinal))
            return json;
        var quoted = new StringBuilder(json.Length + 16);
        var inText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var word = inText ? null : Array.Find(Words, w => json.AsSpan(i).StartsWith(w, StringComparison.Ordinal));
            if (word is not null)
            {
                quoted.Append('"').Append(word).Append('"');
                i += word.Length - 1;
                continue;
            }
            quoted.Append(json[i]);
            if (inText && json[i] == '\\' && i + 1 < json.Length)
                quoted.Append(json[++i]);
            else if (json[i] == '"')
                inText = !inText;
        }
        return quoted.ToString();
    }
}
