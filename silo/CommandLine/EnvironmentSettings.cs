namespace ModelManager.Silo.CommandLine;

/// <summary>Settings from env.json (<c>-e</c>) over the variables of the process.</summary>
internal static class EnvironmentSettings
{
    public static IReadOnlyDictionary<string, string> Read(string? envFile)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            settings[(string)variable.Key] = (string?)variable.Value ?? "";
        return settings;
    }
}
