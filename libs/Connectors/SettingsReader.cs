using System.Globalization;
using ModelManager.Configuration.Spec;

namespace ModelManager.Connectors;

/// <summary>Reads the settings of a module and says which key of which module is wrong, what was found and what was expected.</summary>
public sealed class SettingsReader
{
    private readonly InterfaceModule _module;

    /// <param name="known">The keys the connector understands; <c>x.*</c> allows everything below x.</param>
    /// <exception cref="ConnectorException">A key is not known; keys other connectors use (EPICS_..., proto) are no exception.</exception>
    public SettingsReader(InterfaceModule module, params ReadOnlySpan<string> known)
    {
        _module = module;
        foreach (var key in module.Settings.Keys.Order(StringComparer.Ordinal))
            if (!IsKnown(key, known))
                throw Wrong(key, module.Settings[key], $"one of the settings of interface.{module.Subtype}: {string.Join(", ", known.ToArray())}");
    }

    public string Text(string key, string fallback) => _module.Settings.GetValueOrDefault(key) is { Length: > 0 } text ? text : fallback;

    public string? Text(string key) => _module.Settings.GetValueOrDefault(key) is { Length: > 0 } text ? text : null;

    public double Number(string key, double fallback, double low = double.NegativeInfinity, double high = double.PositiveInfinity)
    {
        if (Text(key) is not { } text)
            return fallback;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !(number >= low && number <= high))
            throw Wrong(key, text, $"a number from {low.ToString(CultureInfo.InvariantCulture)} to {high.ToString(CultureInfo.InvariantCulture)}");
        return number;
    }

    public long Whole(string key, long fallback, long low = long.MinValue, long high = long.MaxValue)
    {
        if (Text(key) is not { } text)
            return fallback;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < low || number > high)
            throw Wrong(key, text, $"a whole number from {low} to {high}");
        return number;
    }

    public bool Flag(string key, bool fallback) => Text(key)?.ToLowerInvariant() switch
    {
        null => fallback,
        "true" or "yes" or "on" or "1" => true,
        "false" or "no" or "off" or "0" => false,
        _ => throw Wrong(key, Text(key)!, "true or false"),
    };

    /// <exception cref="ConnectorException">The key is missing.</exception>
    public string Required(string key, string expected) =>
        Text(key) ?? throw new ConnectorException($"{_module.Where}: module '{_module.Key}' (interface.{_module.Subtype}) needs the setting '{key}': {expected}");

    public ConnectorException Wrong(string key, string found, string expected) =>
        new($"{_module.Where}: module '{_module.Key}' (interface.{_module.Subtype}): setting '{key}' is '{found}', expected {expected}");

    private static bool IsKnown(string key, ReadOnlySpan<string> known)
    {
        foreach (var name in known)
            if (name == key || (name.EndsWith(".*", StringComparison.Ordinal) && key.StartsWith(name.AsSpan(0, name.Length - 1), StringComparison.Ordinal)))
                return true;
        return false;
    }
}
