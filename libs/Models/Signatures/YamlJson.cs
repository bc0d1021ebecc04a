using System.Text.Json;
using ModelManager.Models.Lume;

namespace ModelManager.Models.Signatures;

/// <summary>YAML as JSON, every scalar as text: for readers that have no YAML parser.</summary>
internal static class YamlJson
{
    public static void Write(Utf8JsonWriter json, YamlNode? node)
    {
        switch (node)
        {
            case YamlMapping mapping:
                json.WriteStartObject();
                foreach (var (key, value) in mapping.Items)
                {
                    json.WritePropertyName(key.Text);
                    Write(json, value);
                }
                json.WriteEndObject();
                break;
            case YamlSequence sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case YamlScalar { IsNull: false } scalar:
                json.WriteStringValue(scalar.Text);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
