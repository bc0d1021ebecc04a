using System.Text.Json.Nodes;
using ModelManager.Values;

namespace ModelManager.Client;

/// <summary>PV values as JSON, the one way of the API and of <c>--json</c> output.</summary>
public static class PvJson
{
    public static PvReading Reading(in PvUpdate update) => new(
        update.Name,
        Value(update.Sample.Value),
        update.Sample.Alarm.Severity.ToString(),
        update.Sample.Alarm.Status.ToString(),
        update.Sample.Alarm.Message ?? "",
        update.Sample.Time.IsSet ? update.Sample.Time.ToDateTimeOffset() : null,
        update.Sample.Time.UserTag,
        update.Sample.Meta?.Units ?? "");

    public static JsonNode? Value(in PvValue value) => value.Kind switch
    {
        PvKind.None => null,
        PvKind.Boolean => value.AsInt64() != 0,
        PvKind.Float64 => Number(value.AsDouble()),
        PvKind.Float32 => Number((float)value.AsDouble()),
        PvKind.UInt64 => (ulong)value.RawBits,
        PvKind.String => value.AsString(),
        PvKind.Image => Image(value.AsImage()),
        _ when value.Kind.IsArray() => Elements(value.AsArray()),
        _ => value.AsInt64(),
    };

    /// <summary>JSON has no NaN or infinities: they travel as the strings nan, inf and -inf.</summary>
    public static JsonNode Number(double value) => double.IsNaN(value) ? "nan" : double.IsPositiveInfinity(value) ? "inf" : double.IsNegativeInfinity(value) ? "-inf" : value;

    private static JsonNode Number(float value) => float.IsFinite(value) ? value : Number((double)value);

    private static JsonObject Image(PvImage image) => new()
    {
        ["shape"] = new JsonArray([.. image.Shape.Select(size => JsonValue.Create(size))]),
        ["codec"] = image.Codec,
        ["pixels"] = Elements(image.Pixels),
    };

    private static JsonArray Elements(Array array)
    {
        var nodes = new JsonNode?[array.Length];
        for (var i = 0; i < nodes.Length; i++)
            nodes[i] = array.GetValue(i) switch
            {
                double number => Number(number),
                float number => Number(number),
                var element => JsonValue.Create(element),
            };
        return new JsonArray(nodes);
    }
}
