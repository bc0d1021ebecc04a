using System.Globalization;
using System.Text;

namespace ModelManager.Values;

/// <summary>How a value reads in logs, tables and error texts: short, invariant, arrays abridged.</summary>
public static class PvText
{
    private const int ShownElements = 8;

    public static string Format(in PvValue value) => value.Kind switch
    {
        PvKind.None => "(none)",
        PvKind.Float64 => value.AsDouble().ToString("R", CultureInfo.InvariantCulture),
        PvKind.Float32 => ((float)value.AsDouble()).ToString("R", CultureInfo.InvariantCulture),
        PvKind.Boolean => value.AsInt64() != 0 ? "true" : "false",
        PvKind.UInt64 => ((ulong)value.RawBits).ToString(CultureInfo.InvariantCulture),
        PvKind.String => value.Reference as string ?? "",
        PvKind.Image => FormatImage(value.AsImage()),
        _ when value.Kind.IsArray() => FormatArray(value.AsArray()),
        _ => value.AsInt64().ToString(CultureInfo.InvariantCulture),
    };

    private static string FormatImage(PvImage image) => $"image({(image.Shape.IsDefault ? "" : string.Join('x', image.Shape))} {image.Pixels.GetType().GetElementType()!.Name}{(image.Codec.Length > 0 ? " " + image.Codec : "")})";

    private static string FormatArray(Array array)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < Math.Min(array.Length, ShownElements); i++)
            text.Append(i > 0 ? ", " : "").Append(array.GetValue(i) is bool flag ? flag ? "true" : "false" : Convert.ToString(array.GetValue(i), CultureInfo.InvariantCulture));
        if (array.Length > ShownElements)
            text.Append(CultureInfo.InvariantCulture, $", ... {array.Length} elements");
        return text.Append(']').ToString();
    }
}
