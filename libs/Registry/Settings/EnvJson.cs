using System.Text.Json;

namespace ModelManager.Registry;

/// <summary>The <c>-e env.json</c> file of the original: one flat JSON object of environment variables.</summary>
public static class EnvJson
{
    /// <summary>Reads the file. Values may be text, numbers or true/false; null unsets a variable.</summary>
    /// <exception cref="RegistrySettingsException">No such file, not JSON (with file:line:column), or a value that is a list or an object. Values are never quoted: they hold passwords.</exception>
    public static IReadOnlyDictionary<string, string?> Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            throw new RegistrySettingsException([$"{path}: cannot be read: {missing.Message}"]);
        }
        return Parse(bytes, path);
    }

    /// <summary>The same for text already read.</summary>
    public static IReadOnlyDictionary<string, string?> Parse(ReadOnlyMemory<byte> json, string file)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new RegistrySettingsException([$"{file}:1:1: expected one object of variables such as {{\"MLFLOW_TRACKING_URI\": \"http://host:5000\"}}"]);
            var values = new Dictionary<string, string?>();
            var problems = new List<string>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                switch (property.Value.ValueKind)
                {
                    case JsonValueKind.Object or JsonValueKind.Array:
                        problems.Add($"{file}: the value of '{property.Name}' must be text, a number, true or false");
                        break;
                    case JsonValueKind.Null:
                        values[property.Name] = null;
                        break;
                    case JsonValueKind.String:
                        values[property.Name] = property.Value.GetString();
                        break;
                    default:
                        values[property.Name] = property.Value.GetRawText();
                        break;
                }
            }
            return problems.Count == 0 ? values : throw new RegistrySettingsException(problems);
        }
        catch (JsonException wrong)
        {
            // Only the place: the message of the parser quotes characters around it.
            throw new RegistrySettingsException([$"{file}:{wrong.LineNumber + 1}:{wrong.BytePositionInLine + 1}: this is not valid JSON"]);
        }
    }
}
