using System.Text;
using System.Text.Json;

namespace ModelManager.Values;

/// <summary>JSON as Python's <c>json.dumps</c> writes it: like JSON, but NaN, Infinity and -Infinity may stand bare as numbers.</summary>
public static class PythonJson
{
    private static readonly string[] Bare = ["-Infinity", "Infinity", "NaN"];

    /// <summary>Parses it; a bare NaN or infinity is read as a text of the same letters.</summary>
    /// <exception cref="JsonException">It is not JSON even so; the place is that in the text given.</exception>
    public static JsonDocument Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException) when (Quoted(text) is { } quoted)
        {
            try
            {
                return JsonDocument.Parse(quoted);
            }
            catch (JsonException)
            {
                // Told below with the places of the text as it was given.
            }
            throw;
        }
    }

    /// <summary>The same with quotes around bare words; null when there are none.</summary>
    private static string? Quoted(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        var (inText, found) = (false, false);
        for (var i = 0; i < text.Length; i++)
        {
            if (inText && text[i] == '\\' && i + 1 < text.Length)
            {
                result.Append(text, i++, 2);
                continue;
            }
            if (text[i] == '"')
                inText = !inText;
            if (!inText && Array.Find(Bare, word => string.CompareOrdinal(text, i, word, 0, word.Length) == 0) is { } bare)
            {
                result.Append('"').Append(bare).Append('"');
                i += bare.Length - 1;
                found = true;
            }
            else
                result.Append(text[i]);
        }
        return found ? result.ToString() : null;
    }
}
