using System.Globalization;
using System.Numerics;

namespace ModelManager.Formulas;

/// <summary>Reads Python's numbers: <c>12 1_000 0x1F 0b11 0o17 .5 5. 1e3 2j</c> and SymPy's repeated decimals <c>0.2[1]</c>.</summary>
internal static class NumberLexer
{
    public static bool StartsNumber(string text, int at) =>
        char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]));

    public static Token Read(string text, ref int at, FormulaLimits limits)
    {
        var start = at;
        if (text[at] == '0' && at + 1 < text.Length && RadixOf(text[at + 1]) is var radix and > 0)
            return ReadRadix(text, ref at, radix, limits);

        var whole = Digits(text, ref at);
        var isFloat = false;
        var fraction = "";
        if (at < text.Length && text[at] == '.')
        {
            isFloat = true;
            at++;
            fraction = Digits(text, ref at);
            if (at < text.Length && text[at] == '[' && TryRepeated(text, ref at, whole, fraction, limits, start, out var repeated))
                return repeated;
        }
        var exponent = 0;
        if (at < text.Length && text[at] is 'e' or 'E')
        {
            var after = at + 1;
            if (after < text.Length && text[after] is '+' or '-')
                after++;
            if (after < text.Length && char.IsAsciiDigit(text[after]))
            {
                var negative = text[at + 1] == '-';
                at = after;
                var digits = Digits(text, ref at).TrimStart('0');
                exponent = digits.Length > 6 ? 1_000_000 : digits.Length == 0 ? 0 : int.Parse(digits, CultureInfo.InvariantCulture);
                exponent = negative ? -exponent : exponent;
                isFloat = true;
            }
        }
        var imaginary = at < text.Length && text[at] is 'j' or 'J';
        if (imaginary)
            at++;
        if (at < text.Length && SymbolTable.IsWordStart(text[at]))
            throw FormulaFailure.Parse(at, $"a name cannot follow the number '{Short(text[start..at])}'", "write '*' between them");
        if (!isFloat && whole.Length > 1 && whole[0] == '0' && whole.Trim('0').Length > 0)
            throw FormulaFailure.Parse(start, "leading zeros are not permitted in integers", $"write {Short(whole.TrimStart('0'))}, or 0o{Short(whole.TrimStart('0'))} for octal");
        var lexeme = text[start..at];
        var value = isFloat ? Float(whole, fraction, exponent, limits) : Integer(whole, limits, start);
        return new(imaginary ? TokenKind.Imaginary : TokenKind.Number, lexeme, start, Value: value, IsFloat: isFloat);
    }

    private static int RadixOf(char c) => c switch { 'x' or 'X' => 16, 'b' or 'B' => 2, 'o' or 'O' => 8, _ => 0 };

    private static Token ReadRadix(string text, ref int at, int radix, FormulaLimits limits)
    {
        var start = at;
        at += 2;
        var from = at;
        var value = BigInteger.Zero;
        for (; at < text.Length && (char.IsAsciiHexDigit(text[at]) || text[at] == '_'); at++)
        {
            if (text[at] == '_')
                continue;
            var digit = char.IsAsciiDigit(text[at]) ? text[at] - '0' : (text[at] | 0x20) - 'a' + 10;
            if (digit >= radix)
                throw FormulaFailure.Parse(at, $"'{text[at]}' is no digit of base {radix}");
            value = value * radix + digit;
            if (value.GetBitLength() > limits.IntegerBits)
                throw FormulaFailure.TooLarge("an integer's bits", limits.IntegerBits, start);
        }
        if (at == from || (at < text.Length && SymbolTable.IsWord(text[at])))
            throw FormulaFailure.Parse(at, $"digits of base {radix} expected");
        return new(TokenKind.Number, text[start..at], start, Value: new(value));
    }

    // 0.2[1] is 0.2111...: SymPy's notation of a repeating decimal, an exact fraction.
    private static bool TryRepeated(string text, ref int at, string whole, string fraction, FormulaLimits limits, int start, out Token token)
    {
        token = default;
        var inside = at + 1;
        var digits = Digits(text, ref inside);
        if (digits.Length == 0 || inside >= text.Length || text[inside] != ']')
            return false;
        if ((whole.Length + fraction.Length + digits.Length) * 4 > limits.IntegerBits)
            throw FormulaFailure.TooLarge("an integer's bits", limits.IntegerBits, start);
        at = inside + 1;
        var head = new Rational(BigInteger.Parse("0" + whole + fraction, CultureInfo.InvariantCulture), BigInteger.Pow(10, fraction.Length));
        var tail = new Rational(BigInteger.Parse(digits, CultureInfo.InvariantCulture), (BigInteger.Pow(10, digits.Length) - 1) * BigInteger.Pow(10, fraction.Length));
        token = new(TokenKind.Number, text[start..at], start, Value: head + tail);
        return true;
    }

    private static string Digits(string text, ref int at)
    {
        var from = at;
        var underscores = false;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] == '_' && at > from && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))))
            underscores |= text[at++] == '_';
        return underscores ? text[from..at].Replace("_", "", StringComparison.Ordinal) : text[from..at];
    }

    private static Rational Integer(string digits, FormulaLimits limits, int position)
    {
        // 10 digits need at least 33 bits: refused before the quadratic conversion of a very long literal.
        if (digits.Length * 3.3 > limits.IntegerBits + 4)
            throw FormulaFailure.TooLarge("an integer's bits", limits.IntegerBits, position);
        return new(BigInteger.Parse(digits, CultureInfo.InvariantCulture));
    }

    // Decimal literals are doubles (SymPy: 53 bits); only those outside a double's range are kept exactly, so that 1e400/1e399 is 10.
    private static Rational Float(string whole, string fraction, int exponent, FormulaLimits limits)
    {
        var text = $"{whole}.{fraction}0e{exponent}";
        var value = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        var digits = (whole + fraction).TrimStart('0');
        if (digits.Length == 0)
            return Rational.Zero;
        if (double.IsFinite(value) && value != 0)
            return Rational.FromDouble(value);
        var scale = exponent - fraction.Length;
        if (digits.Length > 1000 || Math.Abs((long)scale) * 3.4 > limits.IntegerBits)
            return value == 0 ? Rational.Zero : new(BigInteger.One << 2000);   // as far out of range as any
        var mantissa = BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        return scale >= 0 ? new(mantissa * BigInteger.Pow(10, scale)) : new(mantissa, BigInteger.Pow(10, -scale));
    }

    public static string Short(string text) => text.Length <= 40 ? text : text[..37] + "...";
}
