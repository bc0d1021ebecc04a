using System.Globalization;

namespace ModelManager.Configuration.Yaml;

/// <summary>Text of a scalar as a number, truth value or duration, where a key asks for one. YAML 1.2 core schema, plus what YAML 1.1 readers (upstream's PyYAML) take for truth values.</summary>
internal static class ScalarValues
{
    public static bool TryBoolean(string text, out bool value)
    {
        value = text is "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON";
        return value || text is "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF";
    }

    /// <summary>Decimal, 0x and 0o. A decimal with a leading zero is refused: YAML 1.1 takes 010 for 8, YAML 1.2 for 10.</summary>
    public static bool TryInteger(string text, out long value)
    {
        value = 0;
        var digits = text.AsSpan().TrimStart("+-");
        if (text.Length - digits.Length > 1 || digits.IsEmpty)
            return false;
        if (digits.StartsWith("0x"))
            return text.Length == digits.Length && long.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        if (digits.StartsWith("0o"))
            return text.Length == digits.Length && TryOctal(digits[2..], out value);
        if (digits.Length > 1 && digits[0] == '0')
            return false;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Any integer or decimal number, <c>1e-3</c> too; <c>.inf</c> and <c>.nan</c>.</summary>
    public static bool TryNumber(string text, out double value)
    {
        switch (text)
        {
            case ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF":
                value = double.PositiveInfinity;
                return true;
            case "-.inf" or "-.Inf" or "-.INF":
                value = double.NegativeInfinity;
                return true;
            case ".nan" or ".NaN" or ".NAN":
                value = double.NaN;
                return true;
        }
        if (text.Contains('x') || text.Contains('o'))
        {
            var isInteger = TryInteger(text, out var integer);
            value = integer;
            return isInteger;
        }
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && !text.AsSpan().TrimStart("+-").StartsWith("inf", StringComparison.OrdinalIgnoreCase) && double.IsFinite(value);
    }

    /// <summary>A number of seconds (<c>0.1</c>), with a unit (<c>500 ms</c>, <c>2 s</c>, <c>1 min</c>, <c>1 h</c>), or a rate (<c>10 Hz</c> = 0.1 s). More than zero, at most a year.</summary>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        var trimmed = text.Trim();
        var end = trimmed.Length;
        while (end > 0 && (char.IsAsciiLetter(trimmed[end - 1]) || trimmed[end - 1] == 'µ'))
            end--;
        if (!TryNumber(trimmed[..end].TrimEnd(), out var number))
            return false;
        var unit = trimmed[end..];
        var seconds = unit switch
        {
            "" or "s" or "sec" => number,
            "ms" => number / 1e3,
            "us" or "µs" => number / 1e6,
            "min" => number * 60,
            "h" => number * 3_600,
            "Hz" => 1 / number,
            "kHz" => 1 / (number * 1e3),
            _ => double.NaN,
        };
        const double Year = 365.0 * 24 * 3_600;
        if (!(seconds > 0 && seconds <= Year))
            return false;
        value = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return value > TimeSpan.Zero;
    }

    private static bool TryOctal(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > 20)
            return false;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7')
                return false;
            value = (value * 8) + (digit - '0');
        }
        return true;
    }
}
