using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ModelManager.Values;

namespace ModelManager.Models.Python;

/// <summary>What a worker says when the model is loaded.</summary>
/// <param name="Inputs">Default where neither the model nor anything beside it names them.</param>
internal sealed record WorkerHello(int Protocol, string Python, string Class, string Packages, ImmutableArray<ModelVariable> Inputs, ImmutableArray<ModelVariable> Outputs)
{
    /// <exception cref="ModelException">The model says something of its variables that cannot be.</exception>
    public static WorkerHello Read(JsonElement hello)
    {
        try
        {
            return new(hello.GetProperty("hello").GetInt32(), hello.GetProperty("python").GetString()!, hello.GetProperty("class").GetString()!,
                string.Join(", ", hello.GetProperty("packages").EnumerateObject().Select(p => $"{p.Name} {p.Value.GetString()}")),
                Variables(hello.GetProperty("inputs")), Variables(hello.GetProperty("outputs")));
        }
        catch (Exception malformed) when (malformed is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new ModelException($"what the model says of its variables cannot be read: {malformed.Message}", malformed);
        }
    }

    /// <summary>The same form the other way round, for names the silo knows and the model may not.</summary>
    public static void Write(Utf8JsonWriter json, string key, ImmutableArray<ModelVariable> variables)
    {
        if (variables.IsDefaultOrEmpty)
            return;
        json.WriteStartArray(key);
        foreach (var variable in variables)
        {
            json.WriteStartObject();
            json.WriteString("name", variable.Name);
            if (TypeOf(variable.Kind) is { } type)
                json.WriteString("type", type);
            if (!variable.Shape.IsDefaultOrEmpty)
            {
                json.WriteStartArray("shape");
                foreach (var length in variable.Shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
            }
            if (variable.Default.Kind.IsNumericScalar())
            {
                if (double.IsFinite(variable.Default.AsDouble()))
                    json.WriteNumber("default", variable.Default.AsDouble());
                else
                    json.WriteString("default", variable.Default.AsDouble().ToString(CultureInfo.InvariantCulture));
            }
            if (variable.Range is { } range)
            {
                json.WriteStartArray("range");
                WriteNumber(json, range.Low);
                WriteNumber(json, range.High);
                json.WriteEndArray();
            }
            if (variable.Units.Length > 0)
                json.WriteString("unit", variable.Units);
            if (variable.IsConstant)
                json.WriteBoolean("constant", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static ImmutableArray<ModelVariable> Variables(JsonElement list) =>
        list.ValueKind == JsonValueKind.Null ? default : [.. list.EnumerateArray().Select(Variable)];

    private static ModelVariable Variable(JsonElement variable)
    {
        var kind = (variable.TryGetProperty("type", out var type) ? type.GetString() : null) switch
        {
            "int" => PvKind.Int64,
            "bool" => PvKind.Boolean,
            "string" => PvKind.String,
            "array" => PvKind.Float64Array,
            "image" => PvKind.Image,
            "any" => PvKind.None,
            _ => PvKind.Float64,
        };
        ModelRange? range = variable.TryGetProperty("range", out var limits)
            ? new ModelRange(Number(limits[0]), Number(limits[1]), variable.TryGetProperty("tolerance", out var tolerance) ? tolerance.GetDouble() : 1e-8)
            : null;
        return new(variable.GetProperty("name").GetString()!, kind, variable.TryGetProperty("unit", out var unit) ? unit.GetString()! : "",
            variable.TryGetProperty("default", out var given) ? Default(kind, given) : default, range, variable.TryGetProperty("constant", out _),
            variable.TryGetProperty("shape", out var shape) ? [.. shape.EnumerateArray().Select(d => d.GetInt32())] : default);
    }

    private static PvValue Default(PvKind kind, JsonElement value) => kind switch
    {
        PvKind.String => PvValue.String(value.GetString()!),
        PvKind.Boolean => PvValue.Boolean(value.ValueKind == JsonValueKind.True),
        PvKind.Int64 when value.TryGetInt64(out var integer) => PvValue.Integer(kind, integer),
        PvKind.Float64 or PvKind.Int64 => PvValue.Double(Number(value)),
        _ => default,
    };

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => value.GetString() switch
        {
            "inf" or "Infinity" => double.PositiveInfinity,
            "-inf" or "-Infinity" => double.NegativeInfinity,
            "nan" or "NaN" => double.NaN,
            var text => throw new FormatException($"'{text}' is not a number"),
        },
    };

    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
    }

    private static string? TypeOf(PvKind kind) => kind switch
    {
        PvKind.None => "any",
        PvKind.Boolean => "bool",
        >= PvKind.Int8 and <= PvKind.UInt64 => "int",
        PvKind.String => "string",
        PvKind.Image => "image",
        _ when kind.IsArray() => "array",
        _ => null,
    };
}
