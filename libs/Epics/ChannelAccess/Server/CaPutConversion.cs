using System.Globalization;
using System.Text;
using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess.Server;

/// <summary>Turns what a client sent into the kind of the PV, as a record does: texts become numbers or choices and back.</summary>
public static class CaPutConversion
{
    /// <summary>The value as the PV's own kind, or why it cannot be.</summary>
    /// <param name="sent">A scalar, or an array when more or fewer than one element came.</param>
    public static bool TryConvert(in PvValue sent, CaServedPv pv, PvMeta meta, out PvValue value, out string? problem)
    {
        value = default;
        problem = null;
        var target = pv.Kind;
        if (target == PvKind.Image)
        {
            problem = $"{pv.Name} is an image: Channel Access has no form to write one";
            return false;
        }
        if (target.IsArray())
        {
            var count = CaTypes.ElementCount(sent);
            if (count > pv.MaxElements)
            {
                problem = $"{pv.Name} has {pv.MaxElements} elements, {count} were sent";
                return false;
            }
            return TryArray(sent, target, meta, pv.Name, out value, out problem);
        }
        if (target == PvKind.String && sent.Kind == PvKind.UInt8Array)
        {
            var bytes = (byte[])sent.AsArray();
            var end = Array.IndexOf(bytes, (byte)0);
            value = PvValue.String(Encoding.UTF8.GetString(bytes, 0, end < 0 ? bytes.Length : end));
            return true;
        }
        var first = sent.Kind.IsArray() ? First(sent.AsArray()) : sent;
        if (first.IsNone)
        {
            problem = $"{pv.Name} needs a value, none was sent";
            return false;
        }
        return TryScalar(first, target, meta, pv.Name, out value, out problem);
    }

    private static bool TryScalar(in PvValue sent, PvKind target, PvMeta meta, string name, out PvValue value, out string? problem)
    {
        value = default;
        problem = null;
        if (target == PvKind.String)
        {
            value = PvValue.String(sent.Kind == PvKind.String ? sent.AsString()
                : sent.Kind == PvKind.Float64 || sent.Kind == PvKind.Float32 ? DbrText.Format(sent.AsDouble(), meta.Precision)
                : sent.AsInt64().ToString(CultureInfo.InvariantCulture));
            return true;
        }
        if (target is PvKind.Enum or PvKind.Boolean)
            return TryChoice(sent, target, meta, name, out value, out problem);
        var (number, integer) = (0.0, 0L);
        if (sent.Kind != PvKind.String)
        {
            (number, integer) = (sent.AsDouble(), sent.AsInt64());
        }
        else
        {
            var isNumber = DbrText.TryParse(sent.AsString(), out number);
            var isInteger = DbrText.TryParse(sent.AsString(), out integer);
            if (!(target is PvKind.Float64 or PvKind.Float32 ? isNumber : isInteger))
            {
                problem = $"{name} is a number, '{sent.AsString()}' is none";
                return false;
            }
        }
        value = target switch
        {
            PvKind.Float64 => PvValue.Double(number),
            PvKind.Float32 => PvValue.Single((float)number),
            _ => PvValue.Integer(target, integer),
        };
        return true;
    }

    private static bool TryChoice(in PvValue sent, PvKind target, PvMeta meta, string name, out PvValue value, out string? problem)
    {
        value = default;
        problem = null;
        var choices = CaTypes.Choices(target, meta);
        long index;
        if (sent.Kind == PvKind.String)
        {
            var text = sent.AsString();
            index = choices.IndexOf(text);
            if (index < 0 && !(DbrText.TryParse(text, out index) && text.Length > 0 && char.IsAsciiDigit(text.Trim()[0]) && index < Math.Max(choices.Length, 1)))
            {
                problem = $"{name} has no choice '{text}': one of {string.Join(", ", choices.ToArray())}, or its number";
                return false;
            }
        }
        else
        {
            index = sent.AsInt64();
        }
        if (index < 0 || (choices.Length > 0 && index >= choices.Length))
        {
            problem = $"{name} has {choices.Length} choices, number {index} is not among them";
            return false;
        }
        value = target == PvKind.Boolean ? PvValue.Boolean(index != 0) : PvValue.Enum((int)index);
        return true;
    }

    private static bool TryArray(in PvValue sent, PvKind target, PvMeta meta, string name, out PvValue value, out string? problem)
    {
        value = default;
        problem = null;
        var source = sent.Kind.IsArray() ? sent.AsArray() : null;
        var count = source?.Length ?? 1;
        if (source is not null && sent.Kind == target)
        {
            value = sent;
            return true;
        }
        var element = target.ElementKind();
        var converted = NewArray(element, count);
        for (var i = 0; i < count; i++)
        {
            var from = source is null ? sent : ElementOf(source, i);
            if (!TryScalar(from, element, meta, name, out var scalar, out problem))
                return false;
            converted.SetValue(Boxed(scalar), i);
        }
        value = PvValue.Array(converted);
        return true;
    }

    private static PvValue First(Array array) => array.Length == 0 ? default : ElementOf(array, 0);

    private static PvValue ElementOf(Array array, int index) => array switch
    {
        string[] texts => PvValue.String(texts[index]),
        double[] doubles => PvValue.Double(doubles[index]),
        float[] floats => PvValue.Single(floats[index]),
        _ => PvValue.Integer(PvKind.Int64, Convert.ToInt64(array.GetValue(index), CultureInfo.InvariantCulture)),
    };

    private static Array NewArray(PvKind element, int count) => element switch
    {
        PvKind.Boolean => new bool[count],
        PvKind.Int8 => new sbyte[count],
        PvKind.UInt8 => new byte[count],
        PvKind.Int16 => new short[count],
        PvKind.UInt16 => new ushort[count],
        PvKind.Int32 => new int[count],
        PvKind.UInt32 => new uint[count],
        PvKind.Int64 => new long[count],
        PvKind.UInt64 => new ulong[count],
        PvKind.Float32 => new float[count],
        PvKind.Float64 => new double[count],
        _ => new string[count],
    };

    private static object Boxed(in PvValue scalar) => scalar.Kind switch
    {
        PvKind.Boolean => scalar.AsInt64() != 0,
        PvKind.Int8 => (sbyte)scalar.AsInt64(),
        PvKind.UInt8 => (byte)scalar.AsInt64(),
        PvKind.Int16 => (short)scalar.AsInt64(),
        PvKind.UInt16 => (ushort)scalar.AsInt64(),
        PvKind.Int32 => (int)scalar.AsInt64(),
        PvKind.UInt32 => (uint)scalar.AsInt64(),
        PvKind.Int64 => scalar.AsInt64(),
        PvKind.UInt64 => (ulong)scalar.RawBits,
        PvKind.Float32 => (float)scalar.AsDouble(),
        PvKind.Float64 => scalar.AsDouble(),
        _ => scalar.AsString(),
    };
}
