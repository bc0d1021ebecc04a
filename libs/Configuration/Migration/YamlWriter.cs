using System.Text;
using System.Text.Json;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Migration;

/// <summary>A tree as YAML in block style; what was written without quotes stays so.</summary>
internal static class YamlWriter
{
    private static readonly JsonSerializerOptions Quoting = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(YamlMapping root)
    {
        var text = new StringBuilder();
        WriteMapping(root, 0, text);
        return text.ToString();
    }

    private static void WriteMapping(YamlMapping mapping, int indent, StringBuilder text)
    {
        foreach (var entry in mapping.Entries)
        {
            text.Append(' ', indent).Append(IsPlainSafe(entry.Key) ? entry.Key : Quote(entry.Key)).Append(':');
            WriteValue(entry.Value, indent + 2, text);
        }
    }

    private static void WriteValue(YamlNode value, int indent, StringBuilder text)
    {
        switch (value)
        {
            case YamlMapping { Entries.IsEmpty: true }:
                text.Append(" {}\n");
                break;
            case YamlSequence { Items.IsEmpty: true }:
                text.Append(" []\n");
                break;
            case YamlMapping mapping:
                text.Append('\n');
                WriteMapping(mapping, indent, text);
                break;
            case YamlSequence sequence:
                text.Append('\n');
                foreach (var item in sequence.Items)
                {
                    text.Append(' ', indent).Append('-');
                    WriteValue(item, indent + 2, text);
                }
                break;
            case YamlScalar scalar:
                text.Append(scalar.IsNull ? "" : " " + (scalar.IsPlain && IsPlainSafe(scalar.Value) ? scalar.Value : Quote(scalar.Value))).Append('\n');
                break;
        }
    }

    // JSON's quoting is a part of YAML's double quotes.
    private static string Quote(string text) => JsonSerializer.Serialize(text, Quoting);

    private static bool IsPlainSafe(string text) =>
        text.Length > 0 && text.Trim().Length == text.Length && (char.IsAsciiLetterOrDigit(text[0]) || (text[0] is '.' or '-' or '+' or '_' && text.Length > 1 && char.IsAsciiLetterOrDigit(text[1])))
        && text[^1] != ':' && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal) && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0
        && text is not ("null" or "Null" or "NULL");
}
