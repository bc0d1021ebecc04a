using System.Globalization;
using System.Text;
using ModelManager.Values;

namespace ModelManager.Epics.ChannelAccess;

/// <summary>Numbers as EPICS databases write and read them in strings (cvtDoubleToString and epicsParseFloat64 of EPICS base).</summary>
public static class DbrText
{
    /// <summary>Digits after the point where a PV gives none.</summary>
    public const int DefaultPrecision = 6;

    /// <summary>Digits after the point that displays are told: as given; else six for numbers with a point and none for others.</summary>
    public static int PrecisionOf(PvKind kind, PvMeta meta) =>
        meta.Precision >= 0 ? Math.Min(meta.Precision, 17)
        : (kind.IsArray() ? kind.ElementKind() : kind) is PvKind.Float32 or PvKind.Float64 or PvKind.Image ? DefaultPrecision : 0;

    private static readonly int[] s_fraction = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

    /// <summary>A number with so many digits after the point; huge ones in exponent form.</summary>
    public static string Format(double value, int precision)
    {
        if (precision < 0)
            precision = DefaultPrecision;
        if (double.IsNaN(value))
            return "nan";
        if (precision > 8 || value is > 1e7 or < -1e7)
        {
            if (precision > 8 || value is > 1e16 or < -1e16)
                return Exponent(value, Math.Min(precision, 17)).PadLeft(Math.Min(precision, 17) + 7);
            return value.ToString("F" + Math.Min(precision, 3).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }
        var negative = value < 0;
        var magnitude = Math.Abs(value);
        var whole = (int)magnitude;
        var place = s_fraction[precision];
        // Rounded as EPICS base rounds: one digit more is computed, truncated, and 5 added.
        var fraction = ((int)((magnitude - whole) * place * 10) + 5) / 10;
        if (fraction / place >= 1)
            (whole, fraction) = (whole + 1, fraction - place);
        var text = precision == 0
            ? whole.ToString(CultureInfo.InvariantCulture)
            : $"{whole.ToString(CultureInfo.InvariantCulture)}.{fraction.ToString(CultureInfo.InvariantCulture).PadLeft(precision, '0')}";
        return negative ? "-" + text : text;
    }

    /// <summary>Reads the number a text begins with; what stands behind it (units) is ignored, as in EPICS base. An empty text is 0.</summary>
    public static bool TryParse(string text, out double value)
    {
        value = 0;
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
            return text.Length == 0;
        if (TryParseWord(trimmed, out value))
            return true;
        var length = NumberLength(trimmed);
        return length > 0 && double.TryParse(trimmed[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Reads the integer a text begins with; through a double where it has a point or an exponent.</summary>
    public static bool TryParse(string text, out long value)
    {
        var trimmed = text.AsSpan().Trim();
        var length = 0;
        if (length < trimmed.Length && trimmed[length] is '+' or '-')
            length++;
        while (length < trimmed.Length && char.IsAsciiDigit(trimmed[length]))
            length++;
        if ((length == trimmed.Length || trimmed[length] is not ('.' or 'e' or 'E')) && long.TryParse(trimmed[..length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return true;
        value = 0;
        if (!TryParse(text, out double number) || double.IsNaN(number))
            return false;
        value = (long)number;
        return true;
    }

    /// <summary>Writes a text with its terminator into a field of fixed size; what does not fit is cut at a whole character, the rest is zero.</summary>
    public static void Write(string text, Span<byte> field)
    {
        field.Clear();
        Encoding.UTF8.GetEncoder().Convert(text, field[..^1], flush: true, out _, out _, out _);
    }

    private static bool TryParseWord(ReadOnlySpan<char> text, out double value)
    {
        var sign = text[0] == '-' ? -1 : 1;
        var word = text[0] is '-' or '+' ? text[1..] : text;
        value = double.NaN;
        if (word.StartsWith("nan", StringComparison.OrdinalIgnoreCase))
            return true;
        value = 0;
        if (word.StartsWith("inf", StringComparison.OrdinalIgnoreCase))
        {
            value = sign * double.PositiveInfinity;
            return true;
        }
        if (!word.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return false;
        var digits = 2;
        while (digits < word.Length && char.IsAsciiHexDigit(word[digits]))
            digits++;
        if (!ulong.TryParse(word[2..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
            return false;
        value = sign * (double)bits;
        return true;
    }

    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var at = text[0] is '-' or '+' ? 1 : 0;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            at++;
        if (at >= text.Length || text[at] is not ('e' or 'E'))
            return at;
        var exponent = at + 1;
        if (exponent < text.Length && text[exponent] is '-' or '+')
            exponent++;
        if (exponent >= text.Length || !char.IsAsciiDigit(text[exponent]))
            return at;
        while (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            exponent++;
        return exponent;
    }

    private static string Exponent(double value, int precision)
    {
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        return value.ToString((precision > 0 ? "0." + new string('0', precision) : "0") + "e+00", CultureInfo.InvariantCulture);
    }
}
