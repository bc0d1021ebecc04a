using System.Globalization;

namespace ModelManager.Models.Lume;

/// <summary>A YAML value with its place. Scalars are kept as text: what they mean is decided where they are read.</summary>
internal abstract record YamlNode(string File, int Line, int Column)
{
    public string Where => $"{File}:{Line}:{Column}";
    public ModelException Error(string problem) => new($"{Where}: {problem}");
    public abstract string Kind { get; }
}

/// <param name="IsPlain">Not quoted: may be a number, null or a boolean.</param>
internal sealed record YamlScalar(string File, int Line, int Column, string Text, bool IsPlain) : YamlNode(File, Line, Column)
{
    public override string Kind => $"'{(Text.Length > 60 ? Text[..60] + "..." : Text)}'";

    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

    public double? AsNumber() => Text.ToLowerInvariant() switch
    {
        ".inf" or "+.inf" => double.PositiveInfinity,
        "-.inf" => double.NegativeInfinity,
        ".nan" => double.NaN,
        _ => double.TryParse(Text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number) && char.IsAsciiDigit(Text[^1]) | Text[^1] == '.' ? number : null,
    };

    public bool? AsFlag() => Text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" => true,
        "false" or "no" or "off" => false,
        _ => null,
    };
}

internal sealed record YamlSequence(string File, int Line, int Column, List<YamlNode> Items) : YamlNode(File, Line, Column)
{
    public override string Kind => $"a list of {Items.Count}";
}

internal sealed record YamlMapping(string File, int Line, int Column, List<(YamlScalar Key, YamlNode Value)> Items) : YamlNode(File, Line, Column)
{
    public override string Kind => $"a mapping of {Items.Count}";

    /// <summary>The value of a key; null when absent or null in the YAML.</summary>
    public YamlNode? this[string key]
    {
        get
        {
            foreach (var (name, value) in Items)
                if (name.Text == key)
                    return value is YamlScalar { IsNull: true } ? null : value;
            return null;
        }
    }

    public string? Text(string key) => this[key] switch
    {
        null => null,
        YamlScalar scalar => scalar.Text,
        var other => throw other.Error($"'{key}' is {other.Kind}, expected text"),
    };

    public double? Number(string key) => this[key] switch
    {
        null => null,
        YamlScalar scalar => scalar.AsNumber() ?? throw scalar.Error($"'{key}' is {scalar.Kind}, expected a number"),
        var other => throw other.Error($"'{key}' is {other.Kind}, expected a number"),
    };

    public bool? Flag(string key) => this[key] switch
    {
        null => null,
        YamlScalar scalar => scalar.AsFlag() ?? throw scalar.Error($"'{key}' is {scalar.Kind}, expected true or false"),
        var other => throw other.Error($"'{key}' is {other.Kind}, expected true or false"),
    };

    public YamlMapping? Mapping(string key) => this[key] switch
    {
        null => null,
        YamlMapping mapping => mapping,
        var other => throw other.Error($"'{key}' is {other.Kind}, expected a mapping"),
    };

    /// <summary>The items of a list; empty when absent.</summary>
    public List<YamlNode> List(string key) => this[key] switch
    {
        null => [],
        YamlSequence sequence => sequence.Items,
        var other => throw other.Error($"'{key}' is {other.Kind}, expected a list"),
    };

    /// <summary>A list of texts; empty when absent.</summary>
    public List<string> Texts(string key) => List(key).ConvertAll(item => item is YamlScalar { IsNull: false } text ? text.Text : throw item.Error($"'{key}' has {item.Kind}, expected text"));
}
