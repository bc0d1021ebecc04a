using System.Globalization;

namespace ModelManager.Registry;

/// <summary>Which version of a registered model is meant: a number, an alias, the latest, or (deprecated in MLflow) a stage.</summary>
public abstract record VersionSelector
{
    private VersionSelector() { }

    public sealed record Number(long Value) : VersionSelector
    {
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    public sealed record Alias(string Name) : VersionSelector
    {
        public override string ToString() => "@" + Name;
    }

    public sealed record Latest : VersionSelector
    {
        public override string ToString() => "latest";
    }

    public sealed record Stage(string Name) : VersionSelector
    {
        public override string ToString() => Name;
    }

    /// <summary>Reads what stands behind <c>-v</c>: digits are a number, <c>latest</c> (any case) or nothing the latest, everything else an alias with or without @.</summary>
    /// <exception cref="InvalidModelUriException">A number out of range, or an alias MLflow cannot hold.</exception>
    public static VersionSelector Parse(string? text)
    {
        text = text?.Trim() ?? "";
        if (text.Length == 0 || text.Equals("latest", StringComparison.OrdinalIgnoreCase))
            return new Latest();
        if (text.All(char.IsAsciiDigit))
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? new Number(number)
                : throw new InvalidModelUriException($"'{text}' is no model version: versions count from 1");
        var alias = text[0] == '@' ? text[1..] : text;
        return alias.Length is > 0 and <= 255 && !alias.Any(char.IsControl)
            ? new Alias(alias)
            : throw new InvalidModelUriException($"'{text}' is no alias: 1 to 255 printable characters");
    }
}
