using System.Globalization;
using ModelManager.Configuration.Spec;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Reading;

/// <summary>A mapping being read: hands out the values of its keys typed and checked, and at the end names the keys nobody asked for.</summary>
/// <param name="title">How messages call it, for example <c>deployment</c> or <c>modules.server.config</c>.</param>
internal sealed class Section(YamlMapping node, string title, Findings findings)
{
    private const int ShownKeys = 14;

    private readonly Dictionary<string, YamlEntry> _entries = node.Entries.ToDictionary(e => e.Key, StringComparer.Ordinal);
    private readonly List<string> _known = [];

    public string Title { get; } = title;
    public Findings Findings { get; } = findings;
    public YamlMapping Node { get; } = node;
    public SourceMark Where => Node.Where;

    public bool Has(string key)
    {
        _known.Add(key);
        return _entries.TryGetValue(key, out var entry) && !entry.Value.IsNull;
    }

    /// <summary>The value of a key, or null where it is absent or null in the file.</summary>
    public YamlNode? Get(string key) => Has(key) ? _entries[key].Value : null;

    /// <summary>Where a key stands; where the mapping stands if it does not.</summary>
    public SourceMark KeyMark(string key) => _entries.TryGetValue(key, out var entry) ? entry.Where : Where;

    /// <summary>Keys that are known and have no meaning here.</summary>
    public void Ignore(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            _known.Add(key);
    }

    /// <summary>A key that other software acts on and this does not.</summary>
    public void WithoutEffect(string key, string reason)
    {
        if (Has(key))
            Findings.Warn(KeyMark(key), $"'{key}' in {Title} has no effect here", reason);
    }

    public Section? Sub(string key, string? title = null)
    {
        var value = Get(key);
        if (value is null)
            return null;
        if (value is YamlMapping mapping)
            return new(mapping, title ?? $"{Title}.{key}", Findings);
        Expected(key, value, "a mapping");
        return null;
    }

    /// <summary>Text, also where it looks like a number.</summary>
    public string? Text(string key) => Scalar(key, "text") is { } scalar ? NotEmpty(key, scalar) : null;

    public bool? Boolean(string key) => Typed<bool>(key, "true or false", ScalarValues.TryBoolean, allowQuoted: true);

    public TimeSpan? Duration(string key) => Typed<TimeSpan>(key, "a duration (0.1 for seconds, 500 ms, 2 s, 1 min)", ScalarValues.TryDuration, allowQuoted: true);

    public double? Number(string key)
    {
        var value = Typed<double>(key, "a number", ScalarValues.TryNumber);
        if (value is not { } number || !double.IsNaN(number))
            return value;
        Expected(key, _entries[key].Value, "a number");
        return null;
    }

    public double? NumberFromZero(string key)
    {
        if (Number(key) is not { } value)
            return null;
        if (value >= 0)
            return value;
        Expected(key, _entries[key].Value, "a number of at least 0");
        return null;
    }

    public int? Integer(string key, int least, int most)
    {
        if (Scalar(key, Whole(least, most)) is not { } scalar)
            return null;
        if (scalar.IsPlain && ScalarValues.TryInteger(scalar.Value, out var value) && value >= least && value <= most)
            return (int)value;
        var octal = scalar.IsPlain && scalar.Value.Length > 1 && scalar.Value[0] == '0' && scalar.Value.All(char.IsAsciiDigit);
        Expected(key, scalar, Whole(least, most), octal ? $"A leading zero is octal for some readers and not for others: write {scalar.Value.TrimStart('0').PadLeft(1, '0')} or 0o{scalar.Value.TrimStart('0')}." : "");
        return null;
    }

    public T? Choice<T>(string key, params ReadOnlySpan<(string Name, T Value)> choices) where T : struct
    {
        var names = new string[choices.Length];
        for (var i = 0; i < names.Length; i++)
            names[i] = choices[i].Name;
        if (Scalar(key, Words.Or(names)) is not { } scalar)
            return null;
        foreach (var (name, value) in choices)
            if (name == scalar.Value)
                return value;
        Expected(key, scalar, Words.Or(names), Spelling.DidYouMean(scalar.Value, names));
        return null;
    }

    /// <summary>A list of texts; one text stands for a list of one.</summary>
    public IReadOnlyList<YamlScalar> Texts(string key)
    {
        var found = new List<YamlScalar>();
        switch (Get(key))
        {
            case null:
                break;
            case YamlScalar scalar:
                found.Add(scalar);
                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items)
                    if (item is YamlScalar { IsNull: false } text && text.Value.Length > 0)
                        found.Add(text);
                    else
                        Findings.Error(item.Where, $"'{key}' in {Title} lists {item.Described}; expected text");
                break;
            case var other:
                Expected(key, other, "text or a list of texts");
                break;
        }
        return found;
    }

    public YamlScalar? Scalar(string key, string expected)
    {
        var value = Get(key);
        if (value is null or YamlScalar)
            return (YamlScalar?)value;
        Expected(key, value, expected);
        return null;
    }

    /// <summary>Says that a key which must be there is not.</summary>
    public void Missing(string key, string expected, string hint = "") =>
        Findings.Error(KeyMark(key), $"'{key}' is missing in {Title}; expected {expected}", hint);

    public void Expected(string key, YamlNode found, string expected, string hint = "") =>
        Findings.Error(found.Where, $"'{key}' in {Title} is {found.Described}; expected {expected}", hint);

    /// <summary>The keys that nobody asked for.</summary>
    public IEnumerable<YamlEntry> Rest => Node.Entries.ExceptBy(_known, e => e.Key, StringComparer.Ordinal);

    /// <summary>Reports every key that nobody asked for, with the nearest known one.</summary>
    public void Finish()
    {
        var known = _known.Distinct().ToArray();
        foreach (var entry in Rest)
        {
            var near = Findings.DidYouMean(entry.Key, known);
            Findings.Unknown(entry.Where, $"unknown key '{entry.Key}' in {Title}", near.Length > 0 ? near : known.Length <= ShownKeys ? $"Known: {string.Join(", ", known)}." : "");
        }
    }

    private static string Whole(int least, int most) => $"a whole number from {least.ToString(CultureInfo.InvariantCulture)} to {most.ToString(CultureInfo.InvariantCulture)}";

    private string? NotEmpty(string key, YamlScalar scalar)
    {
        if (scalar.Value.Trim().Length > 0)
            return scalar.Value;
        Expected(key, scalar, "text");
        return null;
    }

    private delegate bool Parser<T>(string text, out T value);

    private T? Typed<T>(string key, string expected, Parser<T> parse, bool allowQuoted = false) where T : struct
    {
        if (Scalar(key, expected) is not { } scalar)
            return null;
        if ((scalar.IsPlain || allowQuoted) && parse(scalar.Value, out var value))
            return value;
        Expected(key, scalar, expected, scalar.IsPlain || !parse(scalar.Value, out _) ? "" : "Remove the quotes.");
        return null;
    }
}
