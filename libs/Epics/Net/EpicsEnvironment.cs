using System.Collections.Immutable;
using System.Globalization;

namespace ModelManager.Epics;

/// <summary>Reads EPICS_* variables from a dictionary, the first of several names that is set. Every problem names its variable.</summary>
public sealed class EpicsEnvironment(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>The variables of this process.</summary>
    public static EpicsEnvironment OfProcess()
    {
        var variables = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        return new(variables);
    }

    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (variables.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value))
                return value.Trim();
        return null;
    }

    public ImmutableArray<EpicsAddress>? Addresses(params ReadOnlySpan<string> names) => Convert<ImmutableArray<EpicsAddress>>(names, static text => EpicsAddress.ParseList(text));

    public int? Port(params ReadOnlySpan<string> names) => Convert<int>(names, static text =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var port) && port is >= 0 and <= 65535 ? port : throw new FormatException("not a port (0 to 65535)"));

    public double? Number(params ReadOnlySpan<string> names) => Convert<double>(names, static text =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException("not a number"));

    public bool? Flag(params ReadOnlySpan<string> names) => Convert<bool>(names, static text => text.ToUpperInvariant() switch
    {
        "YES" or "Y" or "TRUE" or "1" => true,
        "NO" or "N" or "FALSE" or "0" => false,
        _ => throw new FormatException("neither YES nor NO"),
    });

    private T? Convert<T>(ReadOnlySpan<string> names, Func<string, T> convert) where T : struct
    {
        foreach (var name in names)
            if (Text(name) is { } text)
                try
                {
                    return convert(text);
                }
                catch (FormatException problem)
                {
                    throw new FormatException($"{name}={text}: {problem.Message}");
                }
        return null;
    }
}
