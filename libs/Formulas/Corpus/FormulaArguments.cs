using System.Globalization;
using System.Text.Json;

namespace ModelManager.Formulas;

/// <summary>The <c>NAME=VALUE</c> arguments of <c>model_manager formula</c>.</summary>
public static class FormulaArguments
{
    /// <summary>Takes one argument apart at its last '=', so that a PV name may contain one. The value is a number, nan, inf, -inf or a JSON list.</summary>
    /// <exception cref="FormatException">There is no '=' or the value is no number.</exception>
    public static (string Name, FormulaValue Value) Parse(string argument)
    {
        var at = argument.LastIndexOf('=');
        if (at <= 0)
            throw new FormatException($"'{argument}' is no NAME=VALUE: write for example A:B=3");
        var (name, text) = (argument[..at], argument[(at + 1)..].Trim());
        try
        {
            if (!text.StartsWith('['))
                return (name, ParseNumber(text));
            using var document = JsonDocument.Parse(text);
            return (name, FormulaJson.Read(document.RootElement));
        }
        catch (Exception cause) when (cause is FormatException or JsonException)
        {
            throw new FormatException($"the value of {name} is '{text}': write a number, nan, inf or a list like [1, 2.5]", cause);
        }
    }

    /// <summary>Reads a number as the corpus and the command line spell it.</summary>
    /// <exception cref="FormatException">The text is no number.</exception>
    public static double ParseNumber(string text) => text.Trim().ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "inf" or "+inf" or "infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        var other => double.Parse(other, NumberStyles.Float, CultureInfo.InvariantCulture),
    };
}
