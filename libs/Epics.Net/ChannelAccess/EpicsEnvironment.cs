using System.Globalization;

namespace ModelManager.Epics.Net.ChannelAccess;

/// <summary>Reads EPICS_* variables: blank is unset, YES and NO are switches, lists are separated by blanks.</summary>
internal sealed class EpicsEnvironment(IReadOnlyDictionary<string, string> variables)
{
    /// <summary>The first of these variables that is set; null when none is.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (variables.TryGetValue(name, out var text) && !string.IsNullOrWhiteSpace(text))
                return text.Trim();
        return null;
    }

    public IReadOnlyList<string>? List(params ReadOnlySpan<string> names) =>
        Text(names)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <exception cref="FormatException">Neither YES nor NO.</exception>
    public bool? Switch(params ReadOnlySpan<string> names) => Text(names) switch
    {
        null => null,
        var text when text.Equals("YES", StringComparison.OrdinalIgnoreCase) => true,
        var text when text.Equals("NO", StringComparison.OrdinalIgnoreCase) => false,
        var text => throw Wrong(names, text, "YES or NO"),
    };

    /// <exception cref="FormatException">No port number.</exception>
    public int? Port(params ReadOnlySpan<string> names) =>
        Text(names) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? port
        : throw Wrong(names, text, "a port number from 1 to 65535");

    /// <exception cref="FormatException">No positive number of seconds.</exception>
    public TimeSpan? Seconds(params ReadOnlySpan<string> names) =>
        Text(names) is not { } text ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds)
        : throw Wrong(names, text, "a positive number of seconds");

    /// <exception cref="FormatException">No positive whole number.</exception>
    public int? Count(params ReadOnlySpan<string> names) =>
        Text(names) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw Wrong(names, text, "a positive whole number");

    /// <summary>The variables of this process, for the options of a program's own configuration.</summary>
    public static IReadOnlyDictionary<string, string> OfProcess() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Where(entry => ((string)entry.Key).StartsWith("EPICS_", StringComparison.Ordinal))
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");

    private FormatException Wrong(ReadOnlySpan<string> names, string text, string wanted)
    {
        foreach (var name in names)
            if (variables.TryGetValue(name, out var set) && !string.IsNullOrWhiteSpace(set))
                return new($"{name} is '{text}': it must be {wanted}");
        return new($"'{text}' must be {wanted}");
    }
}
