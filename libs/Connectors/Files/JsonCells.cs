using System.Text.Json;
using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>Values as JSON: numbers, texts, booleans, arrays of one kind, and images as arrays of rows. NaN and the infinities, which JSON has not, are texts.</summary>
internal static class JsonCells
{
    public static Cell Read(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Null:
                return Cell.Empty;
            case JsonValueKind.True or JsonValueKind.False:
                return new(PvValue.Boolean(element.GetBoolean()));
            case JsonValueKind.Number:
                return CellText.TryNumber(element.GetRawText(), out var number) ? new(number) : new(default, $"the number {element.GetRawText()}");
            case JsonValueKind.String:
                var text = element.GetString()!;
                return new(text is "NaN" or "Infinity" or "-Infinity" ? PvValue.Double(double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)) : PvValue.String(text));
            case JsonValueKind.Array:
                return ReadArray(element);
            default:
                return new(default, "an object, which is no value of a PV");
        }
    }

    private static Cell ReadArray(JsonElement array)
    {
        var length = array.GetArrayLength();
        if (length == 0)
            return new(PvValue.Array(Array.Empty<double>()));
        var cells = new Cell[length];
        var index = 0;
        foreach (var element in array.EnumerateArray())
        {
            cells[index] = Read(element);
            if (cells[index].Problem is { } problem)
                return new(default, $"an array with {problem}");
            index++;
        }
        if (cells.All(c => c.Value.Kind is PvKind.Float64 or PvKind.Int64))
            return new(PvValue.Array(Array.ConvertAll(cells, c => c.Value.AsDouble())));
        if (cells.All(c => c.Value.Kind == PvKind.Boolean))
            return new(PvValue.Array(Array.ConvertAll(cells, c => c.Value.AsInt64() != 0)));
        if (cells.All(c => c.Value.Kind == PvKind.String))
            return new(PvValue.Array(Array.ConvertAll(cells, c => c.Value.AsString())));
        if (cells.All(c => c.Value.Kind == PvKind.Float64Array && c.Value.AsArray().Length == cells[0].Value.AsArray().Length))
            return new(PvValue.Image(new(cells.SelectMany(c => (double[])c.Value.AsArray()).ToArray(), [length, cells[0].Value.AsArray().Length])));
        return new(default, "an array of different kinds or lengths");
    }

    public static void Write(Utf8JsonWriter json, in PvValue value)
    {
        switch (value.Kind)
        {
            case PvKind.None:
                json.WriteNullValue();
                break;
            case PvKind.Boolean:
                json.WriteBooleanValue(value.AsInt64() != 0);
                break;
            case PvKind.String:
                json.WriteStringValue(value.Reference as string);
                break;
            case PvKind.Float64 or PvKind.Float32 when !double.IsFinite(value.AsDouble()):
                json.WriteStringValue(value.AsDouble().ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case PvKind.Image:
                WriteImage(json, value.AsImage());
                break;
            case var kind when kind.IsArray():
                WriteArray(json, value.AsArray(), 0, value.AsArray().Length);
                break;
            default:
                json.WriteRawValue(CellText.Format(value));
                break;
        }
    }

    private static void WriteImage(Utf8JsonWriter json, PvImage image)
    {
        var columns = Math.Max(1, image.Rows == 0 ? image.Pixels.Length : image.Pixels.Length / image.Rows);
        json.WriteStartArray();
        for (var row = 0; row < image.Rows; row++)
            WriteArray(json, image.Pixels, row * columns, columns);
        json.WriteEndArray();
    }

    private static void WriteArray(Utf8JsonWriter json, Array array, int start, int length)
    {
        json.WriteStartArray();
        for (var i = start; i < start + length; i++)
            switch (array.GetValue(i))
            {
                case double number:
                    Write(json, PvValue.Double(number));
                    break;
                case float number:
                    Write(json, PvValue.Single(number));
                    break;
                case string text:
                    json.WriteStringValue(text);
                    break;
                case bool flag:
                    json.WriteBooleanValue(flag);
                    break;
                case null:
                    json.WriteNullValue();
                    break;
                case var number:
                    json.WriteRawValue(Convert.ToString(number, System.Globalization.CultureInfo.InvariantCulture)!);
                    break;
            }
        json.WriteEndArray();
    }
}
