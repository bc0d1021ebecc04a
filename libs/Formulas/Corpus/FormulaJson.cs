using System.Text;
using System.Text.Json;

namespace ModelManager.Formulas;

/// <summary>Values of formulas as JSON: numbers, nested lists, and <c>"nan"</c>, <c>"inf"</c>, <c>"-inf"</c>, which JSON has no numbers for.</summary>
public static class FormulaJson
{
    private const int MaxRank = 32;

    /// <summary>Reads a value.</summary>
    /// <exception cref="FormatException">The element is no number, name of a number, or rectangular list of these.</exception>
    public static FormulaValue Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
            return Number(element);
        var shape = new List<int>();
        for (var inner = element; inner.ValueKind == JsonValueKind.Array; inner = inner[0])
        {
            if (shape.Count == MaxRank)
                throw new FormatException($"lists nest deeper than {MaxRank}");
            shape.Add(inner.GetArrayLength());
            if (inner.GetArrayLength() == 0)
                break;
        }
        var data = new List<double>();
        Collect(element, [.. shape], 0, data);
        return new([.. data], [.. shape]);
    }

    /// <summary>Writes a value.</summary>
    public static void Write(Utf8JsonWriter writer, in FormulaValue value)
    {
        if (value.IsScalar)
        {
            Write(writer, value.Scalar);
            return;
        }
        var at = 0;
        Write(writer, value.Data, value.Shape, ref at);
    }

    /// <summary>The value as a line for a person: a number as it round-trips, an array as a JSON list.</summary>
    public static string Shown(in FormulaValue value)
    {
        if (value.IsScalar)
            return value.ToString();
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            Write(writer, value);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<double> data, ReadOnlySpan<int> shape, ref int at)
    {
        writer.WriteStartArray();
        for (var i = 0; i < shape[0]; i++)
        {
            if (shape.Length > 1)
                Write(writer, data, shape[1..], ref at);
            else
                Write(writer, data[at++]);
        }
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteStringValue(double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
    }

    private static void Collect(JsonElement element, ReadOnlySpan<int> shape, int level, List<double> data)
    {
        if (level == shape.Length)
        {
            data.Add(Number(element));
            return;
        }
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != shape[level])
            throw new FormatException("the lists of an array must all have the same length");
        foreach (var item in element.EnumerateArray())
            Collect(item, shape, level + 1, data);
    }

    private static double Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        JsonValueKind.String => FormulaArguments.ParseNumber(element.GetString()!),
        _ => throw new FormatException($"expected a number, found {element.ValueKind}"),
    };
}
