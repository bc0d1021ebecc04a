using System.Globalization;
using System.Text.Json;
using ModelManager.Values;

namespace ModelManager.Connectors.Files;

/// <summary>Values and stamps as text cells.</summary>
internal static class CellText
{
    /// <summary>Integers beyond this lose digits in a double.</summary>
    private const long ExactInDouble = 1L << 53;

    /// <summary>Number, true, false, or a JSON array; anything else is a text.</summary>
    public static PvValue Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
            return default;
        if (TryNumber(trimmed, out var number))
            return number;
        if (trimmed.Equals("true", StringComparison.OrdinalIgnoreCase))
            return PvValue.Boolean(true);
        if (trimmed.Equals("false", StringComparison.OrdinalIgnoreCase))
            return PvValue.Boolean(false);
        if (trimmed[0] != '[')
            return PvValue.String(text);
        try
        {
            using var document = JsonDocument.Parse(trimmed.ToString());
            return JsonCells.Read(document.RootElement).Value;
        }
        catch (JsonException)
        {
            return PvValue.String(text);
        }
    }

    public static bool TryNumber(ReadOnlySpan<char> text, out PvValue value)
    {
        value = default;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole is > ExactInDouble or < -ExactInDouble)
            value = PvValue.Integer(PvKind.Int64, whole);
        else if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            value = PvValue.Double(number);
        else if (text.TrimStart("+-").Equals("inf", StringComparison.OrdinalIgnoreCase))
            value = PvValue.Double(text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity);
        return !value.IsNone;
    }

    /// <summary>A scalar as text that reads back to the same number.</summary>
    public static string Format(in PvValue value) => value.Kind switch
    {
        PvKind.None => "",
        PvKind.Float64 => value.AsDouble().ToString("R", CultureInfo.InvariantCulture),
        PvKind.Float32 => ((float)value.AsDouble()).ToString("R", CultureInfo.InvariantCulture),
        PvKind.Boolean => value.AsInt64() != 0 ? "true" : "false",
        PvKind.UInt64 => ((ulong)value.RawBits).ToString(CultureInfo.InvariantCulture),
        PvKind.String => value.Reference as string ?? "",
        _ => value.AsInt64().ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A stamp with all its nanoseconds, ISO 8601 in UTC.</summary>
    public static string Format(in PvTime time) =>
        string.Create(CultureInfo.InvariantCulture, $"{new PvTime(time.Seconds, 0).ToDateTimeOffset():yyyy-MM-ddTHH:mm:ss}.{time.Nanoseconds:D9}Z");

    /// <summary>ISO 8601 (UTC where no zone is given), or seconds since 1970.</summary>
    public static bool TryTime(in PvValue value, int userTag, out PvTime time)
    {
        time = default;
        if (value.Kind.IsNumericScalar())
        {
            var seconds = value.AsDouble();
            if (!(Math.Abs(seconds) < 2e11))
                return false;
            var whole = Math.Floor(seconds);
            time = new((long)whole, (int)Math.Min(999_999_999, Math.Round((seconds - whole) * 1e9)), userTag);
            return true;
        }
        if (value.Kind != PvKind.String)
            return false;
        var text = value.AsString().Trim();
        var digits = Fraction(text, out var withoutFraction);
        if (!DateTimeOffset.TryParse(withoutFraction, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var utc))
            return false;
        time = PvTime.From(utc, userTag) with { Nanoseconds = digits };
        return true;
    }

    // DateTimeOffset keeps 7 digits of a second; stamps have 9.
    private static int Fraction(string text, out string without)
    {
        without = text;
        var point = text.LastIndexOf('.');
        if (point < 0 || !text.Contains(':'))
            return 0;
        var end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        without = string.Concat(text.AsSpan(0, point), text.AsSpan(end));
        return int.TryParse(text.AsSpan(point + 1, Math.Min(9, end - point - 1)).ToString().PadRight(9, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds) ? nanoseconds : 0;
    }

    public static AlarmSeverity? Severity(in PvValue value) => value.Kind == PvKind.String ? value.AsString().Trim().ToUpperInvariant() switch
    {
        "NO_ALARM" or "NOALARM" or "NONE" or "" => AlarmSeverity.NoAlarm,
        "MINOR" => AlarmSeverity.Minor,
        "MAJOR" => AlarmSeverity.Major,
        "INVALID" => AlarmSeverity.Invalid,
        _ => null,
    }
    : value.Kind.IsNumericScalar() && value.AsInt64() is >= 0 and <= 3 ? (AlarmSeverity)value.AsInt64()
    : value.IsNone ? AlarmSeverity.NoAlarm : null;

    public static string Format(AlarmSeverity severity) => severity switch
    {
        AlarmSeverity.NoAlarm => "NO_ALARM",
        AlarmSeverity.Minor => "MINOR",
        AlarmSeverity.Major => "MAJOR",
        _ => "INVALID",
    };
}
