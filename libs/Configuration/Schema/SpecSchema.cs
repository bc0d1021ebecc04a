namespace ModelManager.Configuration.Schema;

/// <summary>The JSON Schema (draft 7) of both YAML formats, for editors: completion, descriptions, red lines. What it cannot say (topics, symbols, formulas) the reader checks.</summary>
public static class SpecSchema
{
    private const string Resource = "deployment.schema.json";

    /// <summary>The schema as JSON text.</summary>
    public static string Text { get; } = Load();

    private static string Load()
    {
        using var stream = typeof(SpecSchema).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"the resource {Resource} is not in the assembly");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
