using ModelManager.Configuration.Env;

namespace ModelManager.Silo.CommandLine;

/// <summary>Settings from env.json (<c>-e</c>) over the variables of the process, which are never written.</summary>
internal static class EnvironmentSettings
{
    /// <exception cref="CommandFailure">There is no such file.</exception>
    public static IReadOnlyDictionary<string, string> Read(string? envFile)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            settings[(string)variable.Key] = (string?)variable.Value ?? "";
        if (envFile is null)
            return settings;
        if (!File.Exists(envFile))
            throw new CommandFailure($"there is no settings file '{envFile}'");
        var read = EnvFile.ReadFile(envFile);
        foreach (var warning in read.Warnings)
            Console.Error.WriteLine($"warning: {warning}");
        foreach (var (name, value) in read.OrThrow().Settings)
            settings[name] = value;
        return settings;
    }
}
