using System.Collections.Immutable;
using System.Text.Json;
using ModelManager.Models.Lume;
using ModelManager.Values;

namespace ModelManager.Models.Signatures;

/// <summary>The <c>signature</c> of an MLmodel: column and tensor specifications as JSON in YAML strings (mlflow/types/schema.py).</summary>
internal static class MlflowSignature
{
    /// <summary>Columns without a name are <c>input_0..</c> and <c>output_0..</c>.</summary>
    public static DeclaredVariables Read(YamlMapping mlmodel)
    {
        if (mlmodel.Mapping("signature") is not { } signature)
            return DeclaredVariables.None;
        var inputs = Columns(signature, "inputs", "input");
        var outputs = Columns(signature, "outputs", "output");
        return inputs.IsEmpty && outputs.IsEmpty ? DeclaredVariables.None : new(inputs, outputs, "MLmodel");
    }

    private static ImmutableArray<ModelVariable> Columns(YamlMapping signature, string key, string unnamed)
    {
        if (signature.Text(key) is not { Length: > 0 } text || text == "null")
            return [];
        try
        {
            using var json = JsonDocument.Parse(text);
            return [.. json.RootElement.EnumerateArray().SelectMany((column, i) => Read(column, $"{unnamed}_{i}", unnamed))];
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw signature[key]!.Error($"signature.{key} is not a list of columns: {malformed.Message}");
        }
    }

    private static IEnumerable<ModelVariable> Read(JsonElement column, string fallback, string unnamed)
    {
        var name = column.TryGetProperty("name", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        var type = column.GetProperty("type").GetString();
        if (type != "tensor")
            return [new ModelVariable(name ?? fallback, KindOf(type))];
        var tensor = column.GetProperty("tensor-spec");
        var dtype = tensor.GetProperty("dtype").GetString()!;
        // The first dimension, -1, counts rows.
        var shape = tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()).ToArray();
        var row = shape.Length > 0 && shape[0] == -1 ? shape[1..] : shape;
        if (row.Length == 0)
            return [new ModelVariable(name ?? fallback, KindOf(dtype))];
        if (name is null && row is [> 0])
            return Enumerable.Range(0, row[0]).Select(i => new ModelVariable($"{unnamed}_{i}", KindOf(dtype)));
        var lengths = row.All(length => length > 0) ? row.ToImmutableArray() : default;
        return [new ModelVariable(name ?? fallback, row.Length > 1 ? PvKind.Image : PvKind.Float64Array, Shape: lengths)];
    }

    private static PvKind KindOf(string? type) => type switch
    {
        "boolean" or "bool" => PvKind.Boolean,
        "integer" or "int32" => PvKind.Int32,
        "long" or "int64" => PvKind.Int64,
        "float" or "float32" => PvKind.Float32,
        "string" or "str" or "object" => PvKind.String,
        "array" => PvKind.Float64Array,
        "any" => PvKind.None,
        _ => PvKind.Float64,
    };
}
