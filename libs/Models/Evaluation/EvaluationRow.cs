using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelManager.Values;

namespace ModelManager.Models;

/// <summary>One row between JSON and values. Numbers are written so that reading them gives the same bits; NaN and infinities, which JSON has not, as "nan", "inf", "-inf".</summary>
internal sealed class EvaluationRow(ModelInfo info)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, int> _index = info.Inputs.Select((input, i) => (input.Name, i)).ToDictionary(p => p.Name, p => p.i, StringComparer.Ordinal);

    public PvValue[] Inputs { get; } = new PvValue[info.Inputs.Length];
    public PvValue[] Outputs { get; } = new PvValue[info.Outputs.Length];
    public List<ModelWarning> Warnings { get; } = [];

    /// <exception cref="ModelException">Not a JSON object of numbers, texts, arrays and arrays of rows by the model's input names.</exception>
    public void Read(string text)
    {
        Array.Clear(Inputs);
        Warnings.Clear();
        try
        {
            using var document = PythonJson.Parse(text);
            var row = document.RootElement;
            if (row.ValueKind == JsonValueKind.Object && !_index.ContainsKey("inputs") && row.TryGetProperty("inputs", out var inner))
                row = inner;
            if (row.ValueKind != JsonValueKind.Object)
                throw new ModelException($"a row is a JSON object {{\"input\": number, ...}}, found {row.ValueKind}");
            var seen = new HashSet<int>();
            foreach (var property in row.EnumerateObject())
            {
                if (!_index.TryGetValue(property.Name, out var i))
                    throw ModelDictionary.Unknown(info, [property.Name]);
                if (!seen.Add(i))
                    throw new ModelException($"input '{property.Name}' is given twice");
                Inputs[i] = Value(info.Inputs[i], property.Value);
            }
        }
        catch (JsonException broken)
        {
            throw new ModelException($"not valid JSON: {broken.Message}", broken);
        }
    }

    public string Result() => Write(json =>
    {
        json.WriteStartObject("outputs");
        for (var i = 0; i < Outputs.Length; i++)
        {
            json.WritePropertyName(info.Outputs[i].Name);
            Write(json, Outputs[i]);
        }
        json.WriteEndObject();
        json.WriteStartArray("warnings");
        foreach (var warning in Warnings)
            json.WriteStringValue(warning.Message);
        json.WriteEndArray();
    });

    public static string Error(string message, int line) => Write(json =>
    {
        json.WriteString("error", message);
        json.WriteNumber("line", line);
    });

    private static PvValue Value(ModelVariable input, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => default,
        JsonValueKind.True => PvValue.Boolean(true),
        JsonValueKind.False => PvValue.Boolean(false),
        JsonValueKind.String when input.Kind is PvKind.String or PvKind.None => PvValue.String(value.GetString()!),
        JsonValueKind.Array when value.GetArrayLength() > 0 && value[0].ValueKind == JsonValueKind.Array => Image(input.Name, value),
        JsonValueKind.Array => PvValue.Array(value.EnumerateArray().Select(item => Number(input.Name, item)).ToArray()),
        _ => PvValue.Double(Number(input.Name, value)),
    };

    // Arrays in arrays, all of one length per level: rows of pixels, or rows of columns of colours.
    private static PvValue Image(string name, JsonElement rows)
    {
        var shape = new List<int>();
        for (var level = rows; level.ValueKind == JsonValueKind.Array; level = level[0])
        {
            shape.Add(level.GetArrayLength());
            if (shape[^1] == 0)
                throw new ModelException($"input '{name}' has an empty row");
        }
        var pixels = new List<double>();
        Take(rows, 0);
        return PvValue.Image(new PvImage(pixels.ToArray(), [.. shape]));

        void Take(JsonElement level, int depth)
        {
            if (depth == shape.Count)
                pixels.Add(Number(name, level));
            else if (level.ValueKind != JsonValueKind.Array || level.GetArrayLength() != shape[depth])
                throw new ModelException($"input '{name}' has rows of different lengths; an image has {string.Join(" x ", shape)} like its first");
            else
                foreach (var inner in level.EnumerateArray())
                    Take(inner, depth + 1);
        }
    }

    private static double Number(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.String => value.GetString()!.ToLowerInvariant() switch
        {
            "nan" => double.NaN,
            "inf" or "+inf" or "infinity" => double.PositiveInfinity,
            "-inf" or "-infinity" => double.NegativeInfinity,
            var text => throw new ModelException($"input '{name}' is the text '{text}'; it takes numbers"),
        },
        _ => throw new ModelException($"input '{name}' has {value.ValueKind}; it takes numbers"),
    };

    private static void Write(Utf8JsonWriter json, in PvValue value)
    {
        if (value.Kind == PvKind.Boolean)
            json.WriteBooleanValue(value.AsDouble() != 0);
        else if (value.Kind.IsNumericScalar())
            WriteNumber(json, value);
        else if (value.Kind == PvKind.Image && value.AsImage() is { Codec.Length: 0 } image)
            WritePixels(json, image, 0, 0);
        else if (value.Kind == PvKind.Float64Array)
        {
            json.WriteStartArray();
            foreach (var element in (double[])value.AsArray())
                WriteNumber(json, PvValue.Double(element));
            json.WriteEndArray();
        }
        else if (value.Kind.IsArray())
        {
            json.WriteStartArray();
            foreach (var element in value.AsArray())
                if (element is string text)
                    json.WriteStringValue(text);
                else
                    WriteNumber(json, PvValue.Double(Convert.ToDouble(element)));
            json.WriteEndArray();
        }
        else
            json.WriteStringValue(value.ToString());
    }

    // As it is read: rows of columns.
    private static int WritePixels(Utf8JsonWriter json, PvImage image, int level, int at)
    {
        json.WriteStartArray();
        for (var i = 0; i < image.Shape[level]; i++)
            if (level < image.Shape.Length - 1)
                at = WritePixels(json, image, level + 1, at);
            else
                WriteNumber(json, PvValue.Double(Convert.ToDouble(image.Pixels.GetValue(at++))));
        json.WriteEndArray();
        return at;
    }

    private static void WriteNumber(Utf8JsonWriter json, in PvValue value)
    {
        var number = value.AsDouble();
        if (value.Kind == PvKind.UInt64)
            json.WriteNumberValue((ulong)value.RawBits);
        else if (value.Kind is not (PvKind.Float64 or PvKind.Float32))
            json.WriteNumberValue(value.AsInt64());
        else if (double.IsNaN(number))
            json.WriteStringValue("nan");
        else if (double.IsInfinity(number))
            json.WriteStringValue(number > 0 ? "inf" : "-inf");
        else
            json.WriteNumberValue(number);
    }

    private static string Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
